// One turn of a conversation: what the person said, what answered it, and what it took.
import * as cells from './cells.js';
import { append, el } from './dom.js';
import * as format from './format.js';
import { icon } from './icons.js';
import { link } from './navigation.js';
import { messageBody, toolCall } from './parts.js';

/** @param {any} turn */
export function turnKey(turn) {
  return `${turn.trace_id}/${turn.span_id ?? turn.index}`;
}

/** What a turn's card depends on: an equal stamp needs no new card. @param {any} turn */
export function turnStamp(turn) {
  return JSON.stringify(turn);
}

/**
 * @param {any} turn
 * @param {{ project: string | undefined, user: string | null, heading?: 'h2' | 'h3' }} context
 *   `user` is the session's: named once, not on each turn
 */
export function turnCard(turn, context) {
  const failed = Boolean(turn.error) || cells.statusName(turn.status) === 'error';
  const pending = cells.statusName(turn.status) === 'pending';
  const heading = context.heading ?? 'h2';
  const id = `turn-${turn.index}`;
  return el(
    'article',
    {
      class: `turn${failed ? ' failed' : ''}${pending ? ' pending' : ''}`,
      id,
      data: { key: turnKey(turn), index: turn.index },
      tabindex: '-1',
      'aria-labelledby': `${id}-title`,
    },
    el(
      'header',
      { class: 'turn-head' },
      el(heading, { class: 'turn-number', id: `${id}-title` }, el('span', { class: 'sr' }, 'Turn '), turn.index),
      el('time', {
        class: 'faint',
        datetime: turn.start_time,
        title: `${format.moment(turn.start_time)} · ${turn.start_time}`,
      }, format.clock(turn.start_time)),
      turn.user_id && turn.user_id !== context.user ? cells.userLink(turn.user_id, context.project) : null,
      link(
        { view: 'trace', params: { id: turn.trace_id, project: context.project } },
        { class: 'trace-link', 'aria-label': `Trace of turn ${turn.index}` },
        'Trace',
        icon('right', 'small'),
      ),
    ),
    side(
      'human',
      'Human',
      turn.human ? messageBody(turn.human) : [el('p', { class: 'absent' }, 'No text was recorded for this side.')],
    ),
    side('ai', 'AI', answer(turn, failed, pending)),
    facts(turn),
  );
}

/** @param {'human' | 'ai'} role @param {string} label @param {import('./dom.js').Child[]} body */
function side(role, label, body) {
  return el('div', { class: `side ${role}` }, el('p', { class: 'speaker' }, label), el('div', { class: 'said' }, body));
}

/** @param {any} turn @param {boolean} failed @param {boolean} pending @returns {import('./dom.js').Child[]} */
function answer(turn, failed, pending) {
  const calls = turn.ai?.tool_calls ?? [];
  const results = new Map(
    (turn.ai?.tool_results ?? []).map((
      /** @type {any} */ result,
    ) => [result.id ?? result.tool_call_id, result.content ?? result.result]),
  );
  const text = messageBody(turn.ai);
  /** @type {import('./dom.js').Child[]} */
  const body = calls.map((/** @type {any} */ call) => toolCall(call, results.get(call.id)));
  append(/** @type {any} */ ({ appendChild: (/** @type {Node} */ node) => body.push(node) }), text);
  if (turn.error || failed) body.push(errorBox(turn.error));
  if (body.length) return body;
  if (pending) return [el('p', { class: 'waiting' }, icon('clock'), 'No answer yet: the trace has not ended.')];
  return [el('p', { class: 'absent' }, 'No answer was recorded.')];
}

/** @param {any} error */
function errorBox(error) {
  const text = typeof error === 'string' ? error : error ? String(error.message ?? JSON.stringify(error)) : '';
  return el(
    'div',
    { class: 'error-box', role: 'note', 'aria-label': 'Error' },
    icon('error'),
    el(
      'div',
      {},
      el('p', { class: 'error-title' }, 'This turn failed'),
      text
        ? el('pre', { dir: 'auto', tabindex: '0', role: 'region', 'aria-label': 'Error text' }, text.slice(0, 8000))
        : null,
    ),
  );
}

/** @param {any} turn */
function facts(turn) {
  const metadata = cells.metadataChips(turn.metadata);
  return el(
    'footer',
    { class: 'turn-facts' },
    el(
      'dl',
      {},
      fact('Latency', format.duration(turn.duration_ms)),
      turn.tokens ? fact('Tokens', format.tokenSplit(turn.tokens), format.tokenDetail(turn.tokens)) : null,
      turn.cost_usd !== null && turn.cost_usd !== undefined
        ? fact('Cost', format.cost(turn.cost_usd), `US$ ${turn.cost_usd}`)
        : null,
      turn.model ? fact('Model', cells.name(turn.model)) : null,
    ),
    metadata,
    turn.tags?.length ? cells.tagList(turn.tags) : null,
  );
}

/** @param {string} label @param {import('./dom.js').Child} value @param {string} [hint] */
function fact(label, value, hint = '') {
  return el('div', { title: hint || null }, el('dt', {}, label), el('dd', {}, value));
}
