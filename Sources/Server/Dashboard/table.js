// A table of rows that one walks with the arrow keys: one tab stop, Up and Down between rows, Right into what a row
// holds, Enter opens it.
import { el, replace } from './dom.js';
import { icon } from './icons.js';

/**
 * @typedef {{ id: string, title: string, width: string, sort?: string, end?: boolean, className?: string,
 *   cell: (row: any, context: any) => import('./dom.js').Child, optional?: boolean, hint?: string }} Column
 */

export class RowTable {
  /**
   * @param {{ label: string, key: (row: any) => string, open: (row: any, event: Event) => void,
   *   sort: (key: string) => void, context: () => any }} options
   */
  constructor(options) {
    this.options = options;
    /** @type {Column[]} */
    this.columns = [];
    /** The headings that are shown. */
    this.drawn = '';
    /** @type {any[]} */
    this.rows = [];
    /** @type {Map<string, HTMLElement>} */
    this.byKey = new Map();
    this.groups = el('colgroup');
    this.head = el('tr', { role: 'row' });
    this.body = el('tbody', { role: 'rowgroup' });
    this.element = el(
      'table',
      { class: 'rows', role: 'grid', 'aria-label': options.label },
      this.groups,
      el('thead', { role: 'rowgroup' }, this.head),
      this.body,
    );
    this.body.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.key(event));
    this.body.addEventListener('click', (/** @type {MouseEvent} */ event) => this.click(event));
    this.body.addEventListener('focusin', (/** @type {FocusEvent} */ event) => this.moveStop(this.rowOf(event.target)));
  }

  /** @param {Column[]} columns @param {string} sort as the API names it */
  setColumns(columns, sort) {
    const drawn = JSON.stringify([columns.map((column) => column.id), sort]);
    this.columns = columns;
    // A heading under the pointer must not be exchanged for an equal one.
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    replace(
      this.groups,
      columns.map((column) => el('col', { class: `col-${column.id}`, vars: { width: column.width } })),
    );
    replace(this.head, columns.map((column) => this.heading(column, sort)));
  }

  /** @param {Column} column @param {string} sort */
  heading(column, sort) {
    const active = column.sort !== undefined && column.sort === sort.replace(/^-/, '');
    const descending = sort.startsWith('-');
    const className = `${column.end ? 'end ' : ''}cell-${column.id}`;
    if (!column.sort) {
      return el('th', { role: 'columnheader', scope: 'col', class: className, title: column.hint }, column.title);
    }
    return el(
      'th',
      {
        role: 'columnheader',
        scope: 'col',
        class: className,
        title: column.hint,
        'aria-sort': active ? (descending ? 'descending' : 'ascending') : 'none',
      },
      el(
        'button',
        {
          type: 'button',
          class: 'sort',
          on: { click: () => this.options.sort(active && descending ? String(column.sort) : `-${column.sort}`) },
        },
        column.title,
        active ? icon(descending ? 'down' : 'up', 'sort-mark') : null,
      ),
    );
  }

  /** @param {any} row */
  make(row) {
    const context = this.options.context();
    const node = el(
      'tr',
      { role: 'row', tabindex: '-1', data: { key: this.options.key(row) } },
      this.columns.map((column) =>
        el('td', {
          role: 'gridcell',
          class: `${column.end ? 'end ' : ''}cell-${column.id} ${column.className ?? ''}`,
          'data-title': column.title,
        }, column.cell(row, context))
      ),
    );
    for (const control of node.querySelectorAll('a, button')) control.setAttribute('tabindex', '-1');
    return node;
  }

  /** @param {any[]} rows */
  setRows(rows) {
    this.rows = [];
    this.byKey.clear();
    this.body.textContent = '';
    this.addRows(rows);
  }

  /** Rows that are there already are brought up to date where they stand. @param {any[]} rows */
  addRows(rows) {
    const fragment = document.createDocumentFragment();
    for (const row of rows) {
      if (this.byKey.has(this.options.key(row))) {
        this.update(row);
        continue;
      }
      const node = this.make(row);
      this.byKey.set(this.options.key(row), node);
      this.rows.push(row);
      fragment.append(node);
    }
    this.body.append(fragment);
    if (!this.body.querySelector('tr[tabindex="0"]')) this.body.querySelector('tr')?.setAttribute('tabindex', '0');
  }

  /** @param {any} row @returns {boolean} whether the row is shown */
  update(row) {
    const key = this.options.key(row);
    const old = this.byKey.get(key);
    if (!old) return false;
    const at = this.rows.findIndex((other) => this.options.key(other) === key);
    if (at >= 0 && JSON.stringify(this.rows[at]) === JSON.stringify(row)) return true;
    if (at >= 0) this.rows[at] = row;
    const focused = old.contains(document.activeElement);
    const node = this.make(row);
    node.setAttribute('tabindex', old.getAttribute('tabindex') ?? '-1');
    node.classList.add('changed');
    old.replaceWith(node);
    this.byKey.set(key, node);
    if (focused) node.focus();
    return true;
  }

  /**
   * Takes rows away; focus that was in one goes to the row behind it.
   * @param {(row: any) => boolean} isGone @returns {number} how many there were
   */
  remove(isGone) {
    const gone = this.rows.filter(isGone);
    if (!gone.length) return 0;
    const keys = new Set(gone.map((row) => this.options.key(row)));
    const focused = this.rowOf(document.activeElement);
    let heir = keys.has(focused?.dataset.key ?? '') ? focused : null;
    while (heir && keys.has(heir.dataset.key ?? '')) {
      heir = /** @type {HTMLElement | null} */ (heir.nextElementSibling);
    }
    this.rows = this.rows.filter((row) => !keys.has(this.options.key(row)));
    for (const key of keys) {
      this.byKey.get(key)?.remove();
      this.byKey.delete(key);
    }
    if (!this.body.querySelector('tr[tabindex="0"]')) {
      (heir ?? this.body.querySelector('tr'))?.setAttribute('tabindex', '0');
    }
    heir?.focus();
    return gone.length;
  }

  /** @param {EventTarget | null} target @returns {HTMLElement | null} */
  rowOf(target) {
    return target instanceof Element ? target.closest('tr[data-key]') : null;
  }

  /** @param {HTMLElement | null} row */
  moveStop(row) {
    if (!row) return;
    for (const other of this.body.querySelectorAll('tr[tabindex="0"]')) other.setAttribute('tabindex', '-1');
    row.setAttribute('tabindex', '0');
  }

  /** @param {HTMLElement} row */
  rowData(row) {
    return this.rows.find((candidate) => this.options.key(candidate) === row.dataset.key);
  }

  /** @param {MouseEvent} event */
  click(event) {
    if (event.target instanceof Element && event.target.closest('a, button, input, select')) return;
    if (String(getSelection() ?? '')) return;
    const row = this.rowOf(event.target);
    if (row) this.options.open(this.rowData(row), event);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const row = this.rowOf(event.target);
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const controls =
      /** @type {HTMLElement[]} */ ([...row.querySelectorAll('a, button')].filter((control) =>
        control.checkVisibility()
      ));
    const at = controls.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const rtl = getComputedStyle(this.element).direction === 'rtl';
    const inward = rtl ? 'ArrowLeft' : 'ArrowRight';
    const outward = rtl ? 'ArrowRight' : 'ArrowLeft';
    /** @type {Element | null | undefined} */
    let next = null;
    if (event.key === 'ArrowDown' || event.key === 'j') next = row.nextElementSibling;
    else if (event.key === 'ArrowUp' || event.key === 'k') next = row.previousElementSibling;
    else if (event.key === 'Home') next = this.body.firstElementChild;
    else if (event.key === 'End') next = this.body.lastElementChild;
    else if (event.key === 'PageDown' || event.key === 'PageUp') {
      next = this.leap(row, event.key === 'PageDown' ? 10 : -10);
    } else if (event.key === inward) next = controls[at + 1];
    else if (event.key === outward) next = at > 0 ? controls[at - 1] : row;
    else if (event.key === 'Escape' && at >= 0) next = row;
    else if (event.key === 'Enter' && at < 0) return this.options.open(this.rowData(row), event);
    else return;
    event.preventDefault();
    /** @type {HTMLElement | null | undefined} */ (next)?.focus();
  }

  /** @param {HTMLElement} row @param {number} distance */
  leap(row, distance) {
    const rows = this.body.children;
    const at = Array.prototype.indexOf.call(rows, row);
    return rows[Math.max(0, Math.min(rows.length - 1, at + distance))];
  }
}
