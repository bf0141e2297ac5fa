// What the filter bar offers while one types: row fields, attributes that the server has seen, their values.
import { getIfPresent, path } from './api.js';
import { plural } from './format.js';
import { asParameter, atCaret, fieldOf, isExpression, quote } from './filter-grammar.js';

/**
 * @typedef {{ text: string, label: string, hint: string, from: number,
 *   apply: 'insert' | 'submit' | 'words' }} Suggestion
 */

const FIELDS = /** @type {[string, string][]} */ ([
  ['user_id', 'the user that the client named'],
  ['session', 'session name'],
  ['status', 'ok, error or pending'],
  ['model', 'a model that was called'],
  ['tag', 'one of the tags'],
  ['service', 'service.name'],
  ['duration_ms', 'milliseconds'],
  ['tokens', 'in all'],
  ['cost_usd', 'US dollars'],
  ['trace_count', 'distinct traces'],
  ['error_count', 'spans with status ERROR'],
  ['bookmarked', 'true or false'],
  ['metadata.', 'a key of the metadata'],
  ['attributes.', 'any attribute of a span'],
]);

const NUMERIC = new Set(['duration_ms', 'tokens', 'cost_usd', 'trace_count', 'error_count']);
const SHOWN_MAX = 9;

/** Lists of values that the server was asked for, by question. @type {Map<string, Promise<any>>} */
const asked = new Map();

/** @param {string} feature @param {string} address @param {Record<string, any>} question @returns {Promise<any[]>} */
function once(feature, address, question) {
  const key = `${address}?${JSON.stringify(question)}`;
  let answer = asked.get(key);
  if (!answer) {
    answer = getIfPresent(feature, address, question).then((page) => page?.data ?? [], () => []);
    asked.set(key, answer);
    setTimeout(() => asked.delete(key), 30_000);
  }
  return answer;
}

/** @param {string} project */
async function attributeFields(project) {
  const rows = await once('attributes', path('attributes'), { project, limit: 500 });
  return rows.map((row) => ({
    field: String(row.field ?? fieldOf(String(row.key ?? row.name))),
    hint: row.count ? plural(row.count, 'span') : String(row.type ?? ''),
  }));
}

/**
 * Values of a field, best first: those the server counts, and those in the rows on the page.
 * @param {string} field @param {string} typed @param {string} project @param {any[]} rows
 */
async function valuesOf(field, typed, project, rows) {
  if (field === 'status') return ['ok', 'error', 'pending'];
  if (field === 'bookmarked') return ['true', 'false'];
  const name = { user: 'user_id', userId: 'user_id', session_name: 'session' }[field] ?? field;
  const values = new Set();
  for (const row of rows) {
    if (name === 'user_id') [row.user_id, ...(row.user_ids ?? [])].forEach((value) => values.add(value));
    else if (name === 'session') values.add(row.session_name ?? (row.trace_count === undefined ? null : row.name));
    else if (name === 'model') [row.model, ...(row.models ?? [])].forEach((value) => values.add(value));
    else if (name === 'tag') (row.tags ?? []).forEach((/** @type {string} */ value) => values.add(value));
    else if (name === 'service') (row.services ?? []).forEach((/** @type {string} */ value) => values.add(value));
    else if (name.startsWith('metadata.')) values.add(row.metadata?.[name.slice(9)]);
  }
  if (name === 'user_id') {
    for (const row of await once('users', path('users'), { project, limit: 100 })) values.add(row.user_id);
  } else if (name.includes('.')) {
    for (const row of await once('attributes', path('attributes', name, 'values'), { project, limit: 50 })) {
      values.add(row.value ?? row);
    }
  }
  values.delete(null);
  values.delete(undefined);
  const wanted = typed.replace(/^"|"$/g, '').toLowerCase();
  return [...values].filter((value) => String(value).toLowerCase().includes(wanted));
}

/** @param {unknown} value */
function literal(value) {
  return typeof value === 'number' || typeof value === 'boolean' || value === 'true' || value === 'false'
    ? String(value)
    : quote(String(value));
}

/** How well a field fits what is typed: `userid` finds `user_id`. @param {string} field @param {string} typed */
function fits(field, typed) {
  const plain = (/** @type {string} */ text) => text.toLowerCase().replace(/[_"]/g, '');
  const a = plain(field);
  const b = plain(typed);
  return a.startsWith(b) ? 2 : a.includes(b) ? 1 : 0;
}

/**
 * @param {string} text up to the caret @param {{ project: string, rows: any[] }} context
 * @returns {Promise<Suggestion[]>}
 */
export async function suggest(text, context) {
  const caret = atCaret(text);
  if (caret.kind === 'operator') {
    const numeric = NUMERIC.has(caret.field);
    const operators = numeric ? ['>=', '<=', '=', '!='] : ['=', '!=', ':', '>', '<'];
    const hints = /** @type {Record<string, string>} */ ({
      '=': 'is',
      '!=': 'is not',
      ':': 'has',
      '>': 'more than',
      '<': 'less than',
      '>=': 'at least',
      '<=': 'at most',
    });
    return operators.filter((operator) => operator.startsWith(caret.typed))
      .map((operator) => ({
        text: `${operator} `,
        label: operator,
        hint: hints[operator],
        apply: 'insert',
        from: caret.from,
      }));
  }
  if (caret.kind === 'value') {
    const values = await valuesOf(caret.field, caret.typed, context.project, context.rows);
    return values.slice(0, SHOWN_MAX).map((value) => ({
      text: literal(value),
      label: String(value),
      hint: '',
      apply: 'submit',
      from: caret.from,
    }));
  }
  return fieldSuggestions(text, caret, context);
}

/**
 * @param {string} text
 * @param {{ from: number, typed: string }} caret
 * @param {{ project: string, rows: any[] }} context
 */
async function fieldSuggestions(text, caret, context) {
  const attributes = caret.typed.length > 1 ? await attributeFields(context.project) : [];
  const all = [...FIELDS.map(([field, hint]) => ({ field, hint })), ...attributes];
  /** @type {Suggestion[]} */
  const found = all.map((entry) => ({ entry, score: fits(entry.field, caret.typed) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, SHOWN_MAX)
    .map(({ entry }) => ({
      text: entry.field.endsWith('.') ? entry.field : `${entry.field} `,
      label: entry.field,
      hint: entry.hint,
      apply: 'insert',
      from: caret.from,
    }));
  if (text.trim() && !isExpression(text) && !asParameter(text)) {
    found.push({ text, label: `“${text.trim()}”`, hint: 'in the text of messages', apply: 'words', from: 0 });
  }
  return found;
}
