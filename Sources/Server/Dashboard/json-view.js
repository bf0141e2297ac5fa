// A value with its type visible: strings as text, objects unfolded step by step.
import { el } from './dom.js';
import * as format from './format.js';

const CHILDREN_MAX = 500;
const STRING_MAX = 2000;

/** @param {any} value */
export function typeName(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'double';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

/** @param {any} value @param {number} [depth] levels that are unfolded at first @returns {Node} */
export function jsonView(value, depth = 1) {
  if (value === null || typeof value !== 'object') return scalar(value);
  const entries = Array.isArray(value) ? value.map((item, at) => [String(at), item]) : Object.entries(value);
  if (!entries.length) return el('span', { class: 'json-empty' }, Array.isArray(value) ? '[ ]' : '{ }');
  const label = Array.isArray(value)
    ? `${format.plural(entries.length, 'item')}`
    : `${format.plural(entries.length, 'key')}`;
  const list = el('ul', { class: 'json-tree' });
  const fill = () => {
    if (list.childNodes.length) return;
    for (const [key, item] of entries.slice(0, CHILDREN_MAX)) {
      list.append(el('li', {}, el('bdi', { class: 'json-key' }, format.visible(key)), jsonView(item, depth - 1)));
    }
    if (entries.length > CHILDREN_MAX) {
      list.append(el('li', { class: 'faint' }, `and ${entries.length - CHILDREN_MAX} more`));
    }
  };
  const details = el('details', { class: 'json-node' }, el('summary', { class: 'faint' }, label), list);
  details.addEventListener('toggle', fill);
  if (depth > 0) {
    fill();
    details.open = true;
  }
  return details;
}

/** @param {any} value */
function scalar(value) {
  const type = typeName(value);
  if (type !== 'string') return el('span', { class: `json-${type}` }, String(value));
  if (value.length <= STRING_MAX) return el('span', { class: 'json-string', dir: 'auto' }, value);
  const text = el('span', { class: 'json-string', dir: 'auto' }, `${value.slice(0, STRING_MAX)}…`);
  const more = el('button', {
    type: 'button',
    class: 'text-button',
    on: {
      click: () => {
        text.textContent = value;
        more.remove();
      },
    },
  }, `Show all (${format.bytes(value.length)})`);
  return el('span', {}, text, ' ', more);
}
