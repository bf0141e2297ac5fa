// The demo conversation as an exporter would send it: three turns of one session.
// Pure but for random IDs.

const TURNS = [
  {
    stage: 'opening',
    human: 'What is photosynthesis?',
    input: 13,
    output: 35,
    ms: 640,
    ai:
      'Photosynthesis is the process by which plants, algae, and some bacteria\nconvert sunlight, water, and carbon dioxide into glucose and oxygen.',
  },
  {
    stage: 'deepening',
    human: 'How does it differ from cellular respiration?',
    input: 76,
    output: 37,
    ms: 810,
    ai:
      'While photosynthesis converts energy from light into stored chemical energy\n(glucose), cellular respiration does the reverse — it breaks down glucose.',
  },
  {
    stage: 'closing',
    human: 'Give me a one-sentence summary of both processes.',
    input: 144,
    output: 32,
    ms: 590,
    ai:
      'Photosynthesis builds glucose from sunlight and CO₂, while cellular\nrespiration breaks glucose down to release energy for the cell.',
  },
];

/** @param {number} bytes */
function randomHex(bytes) {
  const values = crypto.getRandomValues(new Uint8Array(bytes));
  values[0] |= 1;
  return Array.from(values, (value) => value.toString(16).padStart(2, '0')).join('');
}

/** @param {Record<string, string | number>} values */
function attributes(values) {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
}

/** @param {number} ms since 1970 */
function nanoseconds(ms) {
  return `${Math.round(ms)}000000`;
}

/** An OTLP/JSON request whose last turn ends at `now`. @param {number} now ms since 1970 */
export function demoRequest(now) {
  /** @type {Record<string, string>[]} */
  const history = [];
  let end = now - 40_000;
  const spans = TURNS.map((turn, at) => {
    history.push({ role: 'user', content: turn.human });
    /** @type {Record<string, string | number>} */
    const values = {
      'gen_ai.span.kind': 'LLM',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini-2024-07-18',
      'session.id': 'session-c91d4e',
      'user.id': 'user-7f3a2b',
      metadata: JSON.stringify({ turn_number: at + 1, conversation_stage: turn.stage, total_turns: TURNS.length }),
      'input.value': turn.human,
      'output.value': turn.ai,
      'gen_ai.usage.input_tokens': turn.input,
      'gen_ai.usage.output_tokens': turn.output,
      'gen_ai.usage.total_tokens': turn.input + turn.output,
      'gen_ai.output.messages.0.message.role': 'assistant',
      'gen_ai.output.messages.0.message.content': turn.ai,
    };
    history.forEach((message, index) => {
      values[`gen_ai.input.messages.${index}.message.role`] = message.role;
      values[`gen_ai.input.messages.${index}.message.content`] = message.content;
    });
    history.push({ role: 'assistant', content: turn.ai });
    const start = end + 12_000;
    end = start + turn.ms;
    return {
      traceId: randomHex(16),
      spanId: randomHex(8),
      name: 'ChatCompletion',
      kind: 1,
      flags: 256,
      startTimeUnixNano: nanoseconds(start),
      endTimeUnixNano: nanoseconds(end),
      attributes: attributes(values),
      status: { code: 1 },
    };
  });
  const resource = {
    attributes: attributes({
      project_name: 'chatbot-session-demo',
      project_type: 'observe',
      'service.name': 'chatbot',
    }),
  };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'steno.demo', version: '1' }, spans }] }] };
}
