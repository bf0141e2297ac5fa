// The filter language as far as a person types it: what the caret stands in, and which simple conditions are
// parameters of their own. The server has the whole grammar; this never judges an expression. Pure.

/** Names that people type → the parameter that means `name = value`. */
const EQUALITY = /** @type {Record<string, string>} */ ({
  user_id: 'user_id',
  userid: 'user_id',
  user: 'user_id',
  'user.id': 'user_id',
  session_id: 'session_id',
  sessionid: 'session_id',
  session: 'session',
  session_name: 'session',
  'session.id': 'session',
  name: 'session',
  status: 'status',
  model: 'model',
  tag: 'tag',
  tags: 'tag',
  service: 'service',
  bookmarked: 'bookmarked',
});

/** The same for `name >= value`. */
const MINIMUM = /** @type {Record<string, string>} */ ({
  duration_ms: 'min_duration_ms',
  min_duration_ms: 'min_duration_ms',
  tokens: 'min_tokens',
  min_tokens: 'min_tokens',
});

const NAME = /^[A-Za-z_][\w.-]*/;
const OPERATOR = /^(?:!=|<=|>=|=|<|>|:)/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A string of the filter language. @param {string} text */
export function quote(text) {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** @param {string} text with or without quotation marks */
function unquote(text) {
  const inner = /^"((?:[^"\\]|\\.)*)"?$/s.exec(text);
  return inner ? inner[1].replace(/\\(.)/gs, '$1') : text;
}

/**
 * `user_id = "x"` as the parameter that means it; null if it takes the whole language.
 * @param {string} text
 * @returns {{ parameter: string, value: string } | null}
 */
export function asParameter(text) {
  const match = /^\s*([A-Za-z_][\w.]*)\s*(>=|=|:)\s*("(?:[^"\\]|\\.)*"|[^\s"()]+)\s*$/.exec(text);
  if (!match) return null;
  const name = match[1].toLowerCase();
  const value = unquote(match[3]);
  if (match[2] === '>=') {
    const parameter = Object.hasOwn(MINIMUM, name) ? MINIMUM[name] : null;
    return parameter && Number.isFinite(Number(value)) ? { parameter, value } : null;
  }
  if (!Object.hasOwn(EQUALITY, name)) return null;
  const parameter = EQUALITY[name];
  // `session_id` is the UUID; what a client passed is the session's name.
  if (parameter === 'session_id' && !UUID.test(value)) return { parameter: 'session', value };
  return { parameter, value };
}

/** Whether a text is a condition at all, or just words to look for. @param {string} text */
export function isExpression(text) {
  return /^\s*(?:NOT\s|-|\()*\s*[A-Za-z_][\w.-]*(?:\."(?:[^"\\]|\\.)*")?[\w.-]*\s*(?:!=|<=|>=|=|<|>|:)/.test(text);
}

/** Two expressions that shall both hold. @param {string | undefined} a @param {string} b */
export function both(a, b) {
  const wrap = (/** @type {string} */ text) => (/\bOR\b/.test(text) ? `(${text})` : text);
  return a ? `${wrap(a)} AND ${wrap(b)}` : b;
}

/**
 * What is being typed at the end of `text`: a field, an operator or a value, and from where on.
 * @param {string} text up to the caret
 * @returns {{ kind: 'field' | 'operator' | 'value', from: number, typed: string, field: string }}
 */
export function atCaret(text) {
  let at = 0;
  let state = /** @type {'field' | 'operator' | 'value'} */ ('field');
  let field = '';
  while (at < text.length) {
    const rest = text.slice(at);
    if (/^[\s()]/.test(rest)) {
      at += 1;
      continue;
    }
    const word = wordAt(rest, state);
    const ended = at + word.length < text.length;
    if (!ended) return { kind: state, from: at, typed: word, field };
    at += word.length;
    if (state === 'field') {
      if (!/^(?:AND|OR|NOT)$/.test(word)) {
        field = word;
        state = 'operator';
      }
    } else {
      state = state === 'operator' ? 'value' : 'field';
    }
  }
  return { kind: state, from: text.length, typed: '', field };
}

/** @param {string} rest @param {string} state */
function wordAt(rest, state) {
  if (state === 'operator') return OPERATOR.exec(rest)?.[0] ?? /^\S+/.exec(rest)?.[0] ?? rest[0];
  const string = /^"(?:[^"\\]|\\.)*"?/.exec(rest)?.[0];
  if (string) return string;
  if (state === 'value') return /^[^\s()]+/.exec(rest)?.[0] ?? rest[0];
  const name = NAME.exec(rest)?.[0];
  if (!name) return rest[0];
  // attributes."gen_ai.request.temperature" is one name.
  const quoted = name.endsWith('.') ? /^"(?:[^"\\]|\\.)*"?/.exec(rest.slice(name.length))?.[0] : undefined;
  return name + (quoted ?? '');
}

/** An attribute key as the filter language writes it. @param {string} key */
export function fieldOf(key) {
  if (/^(?:metadata|attributes)\./.test(key)) return key;
  return `attributes.${/^[A-Za-z_]\w*$/.test(key) ? key : quote(key)}`;
}

const AROUND = 60;

/**
 * A filter around the place where the trouble is: the word that begins there, what stands before it and behind it.
 * @param {string} filter @param {number} position in Unicode characters, from 1
 */
export function around(filter, position) {
  const characters = Array.from(filter);
  const start = Math.max(0, Math.min(characters.length, position - 1));
  const first = Math.max(0, start - AROUND);
  let end = start;
  while (end < characters.length && end < start + AROUND && !/[\s()]/.test(characters[end])) end += 1;
  if (end === start) end = Math.min(characters.length, start + 1);
  const last = Math.min(characters.length, end + AROUND);
  return {
    before: (first > 0 ? '… ' : '') + characters.slice(first, start).join(''),
    // At the end something is missing: the mark needs a width.
    at: characters.slice(start, end).join('').trim() || '\u00a0\u00a0',
    after: characters.slice(end, last).join('') + (last < characters.length ? ' …' : ''),
  };
}
