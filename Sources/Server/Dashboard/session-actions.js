// What can be done with a session: bookmark, rename, export, delete. Each is shown where the server can do it.
import { allowedMethods, change, download, explain, path } from './api.js';
import { el } from './dom.js';
import * as format from './format.js';
import { icon } from './icons.js';
import { tellDeleted } from './live.js';
import { navigate } from './navigation.js';
import { confirmation, menu, toast } from './notices.js';

const FORMATS = [
  { format: 'html', label: 'HTML', hint: 'one page to read and share', extension: 'html' },
  { format: 'jsonl', label: 'JSON Lines', hint: 'the spans as OTLP/JSON', extension: 'jsonl' },
  { format: 'csv', label: 'CSV', hint: 'a row a turn, for a spreadsheet', extension: 'csv' },
  { format: 'otlp', label: 'OTLP', hint: 'the spans as they were sent', extension: 'otlp.pb' },
];

/** @param {any} row @param {import('./route.js').Route} route @param {() => void} changed */
export function sessionActions(row, route, changed) {
  const star = el('button', {
    type: 'button',
    class: `icon-button framed${row.bookmarked ? ' starred' : ''}`,
    'aria-pressed': String(Boolean(row.bookmarked)),
    'aria-label': 'Bookmark',
    title: 'Bookmark',
    on: { click: () => edit(row, { bookmarked: !row.bookmarked }, changed) },
  }, icon('star'));
  const exports = menu(
    [icon('export'), el('span', {}, 'Export')],
    () =>
      FORMATS.map((entry) =>
        el(
          'button',
          {
            type: 'button',
            class: 'menu-item',
            on: {
              click: () => {
                exports.close();
                save(row, entry);
              },
            },
          },
          entry.label,
          el('span', { class: 'faint' }, entry.hint),
        )
      ),
    { 'aria-label': 'Export' },
  );
  /** @type {Set<string>} */
  let allowed = new Set();
  const more = menu([icon('more'), el('span', { class: 'sr' }, 'More actions')], () =>
    [
      allowed.has('PATCH')
        ? el(
          'button',
          {
            type: 'button',
            class: 'menu-item',
            on: {
              click: () => {
                more.close();
                rename(row, changed);
              },
            },
          },
          icon('edit'),
          'Rename…',
        )
        : null,
      allowed.has('DELETE')
        ? el(
          'button',
          {
            type: 'button',
            class: 'menu-item danger',
            on: {
              click: () => {
                more.close();
                remove(row, route);
              },
            },
          },
          icon('trash'),
          'Delete…',
        )
        : null,
    ].filter((item) => item !== null), { class: 'icon-button framed', title: 'More actions' });
  const actions = [star, exports.root, more.root];
  for (const action of actions) action.hidden = true;
  allowedMethods('session', path('sessions', row.id)).then((methods) => {
    allowed = methods;
    star.hidden = !methods.has('PATCH');
    more.root.hidden = !methods.has('PATCH') && !methods.has('DELETE');
  });
  allowedMethods('export', path('sessions', row.id, 'export')).then((methods) => {
    exports.root.hidden = !methods.has('GET');
  });
  return actions;
}

/** @param {any} row @param {any} changes @param {() => void} changed */
async function edit(row, changes, changed) {
  try {
    await change('PATCH', path('sessions', row.id), changes);
    changed();
  } catch (error) {
    toast(explain(error), 'error');
  }
}

/** @param {any} row @param {{ format: string, extension: string }} entry */
async function save(row, entry) {
  try {
    const { blob, name } = await download(path('sessions', row.id, 'export'), { format: entry.format });
    const url = URL.createObjectURL(blob);
    const anchor = el('a', { href: url, download: name ?? `session-${row.id}.${entry.extension}` });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  } catch (error) {
    toast(`Export failed: ${explain(error)}`, 'error');
  }
}

/** @param {any} row @param {() => void} changed */
function rename(row, changed) {
  const input = el('input', {
    type: 'text',
    class: 'text-input',
    dir: 'auto',
    maxlength: '200',
    placeholder: row.name,
    'aria-label': 'Display name',
  });
  input.value = row.display_name ?? '';
  const dialog = el(
    'dialog',
    { class: 'modal', 'aria-labelledby': 'rename-title' },
    el(
      'form',
      { method: 'dialog' },
      el('h2', { id: 'rename-title' }, 'Rename session'),
      el(
        'p',
        { class: 'faint' },
        'A name for people. Grouping still goes by ',
        el('code', {}, format.visible(row.name)),
        '.',
      ),
      input,
      el(
        'div',
        { class: 'modal-actions' },
        el('button', {
          class: 'button',
          value: 'no',
          formnovalidate: true,
          type: 'button',
          on: { click: () => dialog.close('no') },
        }, 'Cancel'),
        el('button', { class: 'button primary', value: 'yes' }, 'Save'),
      ),
    ),
  );
  dialog.addEventListener('close', () => {
    if (dialog.returnValue === 'yes') edit(row, { display_name: input.value.trim() || null }, changed);
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  input.select();
}

/** @param {any} row @param {import('./route.js').Route} route */
async function remove(row, route) {
  const sure = await confirmation(`Delete ${format.visible(row.display_name ?? row.name)}?`, [
    el('p', {}, 'This deletes for good:'),
    el(
      'ul',
      {},
      el('li', {}, format.plural(row.turn_count ?? 0, 'turn'), ' in ', format.plural(row.trace_count ?? 0, 'trace')),
      el('li', {}, format.plural(row.span_count ?? 0, 'span'), ' with all attributes and messages'),
      el('li', {}, 'their place in search'),
    ),
    el('p', { class: 'faint' }, 'There is no undo. Spans delivered again after it are stored again.'),
  ], 'Delete session');
  if (!sure) return;
  try {
    const receipt = await change('DELETE', path('sessions', row.id));
    tellDeleted([row.id]);
    const { traces, spans, bytes } = receipt?.deleted ?? {};
    toast(
      `Deleted ${format.plural(traces ?? row.trace_count, 'trace')}, ${format.plural(spans ?? row.span_count, 'span')}${
        Number.isFinite(bytes) ? `, ${format.bytes(bytes)}` : ''
      }`,
    );
    navigate({ view: 'sessions', params: { project: route.params.project } }, {
      replace: true,
    });
  } catch (error) {
    toast(`Nothing was deleted: ${explain(error)}`, 'error');
  }
}
