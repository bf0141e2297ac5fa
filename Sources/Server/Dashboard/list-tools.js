// What stands beside the filter of a list: rows of traces or spans, errors only, which columns.
import { chosenColumns } from './columns.js';
import { el } from './dom.js';
import { icon } from './icons.js';
import { navigate, note, rememberList } from './navigation.js';
import { menu } from './notices.js';
import { DEFAULT_SORT, withParams } from './route.js';

/** @typedef {import('./list-view.js').ListView} ListView */

/**
 * @param {ListView} view
 * @returns {import('./dom.js').Child[]}
 */
export function listTools(view) {
  const { params } = view.route;
  const spans = params.rows === 'spans';
  const toggle = view.route.view !== 'traces' ? null : el(
    'div',
    { class: 'segments', role: 'group', 'aria-label': 'Rows' },
    el('button', {
      type: 'button',
      'aria-pressed': String(!spans),
      on: { click: () => navigate(withParams(view.route, { rows: undefined, columns: undefined })) },
    }, 'Traces'),
    el('button', {
      type: 'button',
      'aria-pressed': String(spans),
      on: { click: () => navigate(withParams(view.route, { rows: 'spans', columns: undefined })) },
    }, 'Spans'),
  );
  const errors = view.route.view === 'users' ? null : el(
    'button',
    {
      type: 'button',
      class: 'button',
      'aria-pressed': String(params.status === 'error'),
      'aria-label': 'Errors only',
      on: {
        click: () => navigate(withParams(view.route, { status: params.status === 'error' ? undefined : 'error' })),
      },
    },
    icon('error'),
    'Errors',
  );
  return [
    toggle,
    errors,
    menu([icon('columns'), el('span', {}, 'Columns')], () => columnMenu(view), {
      class: 'button columns-button',
      'aria-label': 'Columns',
    }).root,
  ];
}

/** @param {ListView} view */
function columnMenu(view) {
  const all = view.spec.columns;
  const shown = new Set(chosenColumns(all, view.route.params.columns).map((column) => column.id));
  return all.slice(1).map((column) => {
    const box = el('input', { type: 'checkbox' });
    box.checked = shown.has(column.id);
    box.addEventListener('change', () => {
      if (box.checked) shown.add(column.id);
      else shown.delete(column.id);
      const usual = all.filter((other) => !other.optional || other === all[0]).map((other) => other.id);
      const chosen = all.filter((other) => shown.has(other.id)).map((other) => other.id);
      view.route = withParams(view.route, { columns: chosen.join() === usual.join() ? undefined : chosen.join() });
      note(view.route);
      rememberList(view.route);
      view.table.setColumns(chosenColumns(all, view.route.params.columns), view.route.params.sort ?? DEFAULT_SORT);
      view.table.setRows([...view.table.rows]);
    });
    return el('label', { class: 'menu-item' }, box, column.title);
  });
}
