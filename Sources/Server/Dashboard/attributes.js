// Attributes as they were sent: key, type, value; searchable, each to be copied.
import { debounce, el, replace } from './dom.js';
import * as format from './format.js';
import { jsonView, typeName } from './json-view.js';
import { copyButton, copyText, toast } from './notices.js';

const ROWS_MAX = 1000;

/** @param {unknown} value */
function asText(value) {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * A string that holds a JSON object or array is shown unfolded, and as sent when asked for.
 * @param {unknown} value
 */
function valueView(value) {
  if (typeof value !== 'string' || value.length > 500_000 || !/^\s*[[{]/.test(value)) return jsonView(value, 1);
  try {
    const parsed = JSON.parse(value);
    if (typeof parsed !== 'object' || parsed === null) return jsonView(value, 1);
    return jsonView(parsed, Object.keys(parsed).length <= 12 ? 1 : 0);
  } catch {
    return jsonView(value, 1);
  }
}

/** A key that may break after its dots and underscores. @param {string} key */
function breakable(key) {
  return key.split(/(?<=[._])/).flatMap((piece, at) => (at ? [el('wbr'), piece] : [piece]));
}

/** @param {string} key @param {unknown} value */
function attributeRow(key, value) {
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, el('bdi', { class: 'attribute-key', dir: 'auto' }, breakable(format.visible(key)))),
    el('td', { class: 'attribute-type' }, typeName(value)),
    el('td', { class: 'attribute-value' }, valueView(value)),
    el(
      'td',
      { class: 'attribute-copy' },
      copyButton(() => asText(value), `value of ${format.visible(key).slice(0, 80)}`),
    ),
  );
}

/** @param {Record<string, unknown>} attributes @param {string} label */
export function attributeTable(attributes, label) {
  const entries = Object.entries(attributes ?? {});
  if (!entries.length) return el('p', { class: 'faint' }, 'None.');
  const body = el('tbody', {});
  const fill = (/** @type {[string, unknown][]} */ list) =>
    replace(
      body,
      list.slice(0, ROWS_MAX).map(([key, value]) => attributeRow(key, value)),
      list.length > ROWS_MAX
        ? el(
          'tr',
          {},
          el('td', { colspan: '4', class: 'faint' }, `and ${list.length - ROWS_MAX} more: search to find them`),
        )
        : null,
    );
  fill(entries);
  return el(
    'table',
    { class: 'attributes', 'aria-label': label },
    el('colgroup', {}, ['key', 'type', '', 'copy'].map((name) => el('col', { class: name ? `col-${name}` : null }))),
    el(
      'thead',
      { class: 'sr' },
      el('tr', {}, ['Key', 'Type', 'Value', 'Copy'].map((title) => el('th', { scope: 'col' }, title))),
    ),
    body,
  );
}

/** @param {Record<string, unknown>} attributes */
export function attributePanel(attributes) {
  const entries = Object.entries(attributes ?? {});
  const holder = el('div', {});
  const status = el('span', { class: 'faint', role: 'status' });
  const input = el('input', {
    type: 'search',
    class: 'text-input',
    placeholder: 'Search keys and values',
    'aria-label': 'Search attributes',
    dir: 'auto',
  });
  const draw = () => {
    const wanted = input.value.trim().toLowerCase();
    const found = wanted
      ? entries.filter(([key, value]) =>
        key.toLowerCase().includes(wanted) || asText(value).toLowerCase().includes(wanted)
      )
      : entries;
    status.textContent = wanted ? `${found.length} of ${entries.length}` : String(entries.length);
    replace(holder, attributeTable(Object.fromEntries(found), 'Attributes'));
  };
  input.addEventListener('input', debounce(draw, 80));
  const copyAll = el('button', {
    type: 'button',
    class: 'text-button',
    on: {
      click: async () => {
        if (await copyText(JSON.stringify(attributes, null, 2))) toast('Copied all attributes as JSON');
      },
    },
  }, 'Copy all');
  draw();
  return el('div', { class: 'attribute-panel' }, el('div', { class: 'panel-tools' }, input, status, copyAll), holder);
}
