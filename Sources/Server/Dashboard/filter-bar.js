// The line above a list: the filter box with its completion, what is filtered on, the time range.
import { around, asParameter, both, isExpression } from './filter-grammar.js';
import { debounce, el, replace, uniqueID } from './dom.js';
import * as format from './format.js';
import { icon } from './icons.js';
import { menu } from './notices.js';
import { LIST_PARAMETERS, RANGES, withParams } from './route.js';

/** @typedef {import('./route.js').Route} Route */
/** @typedef {import('./suggestions.js').Suggestion} Suggestion */

const LABELS = /** @type {Record<string, string>} */ ({
  user_id: 'user',
  session_id: 'session ID',
  session: 'session',
  status: 'status',
  model: 'model',
  tag: 'tag',
  service: 'service',
  min_duration_ms: 'duration ≥',
  min_tokens: 'tokens ≥',
  bookmarked: 'bookmarked',
  q: 'text',
  filter: 'filter',
});

const RANGE_LABELS = /** @type {Record<string, string>} */ ({
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '6h': 'Last 6 hours',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
});

export class FilterBar {
  /**
   * @param {{ change: (route: Route) => void, rows: () => any[], extras: () => import('./dom.js').Child[] }} options
   */
  constructor(options) {
    this.options = options;
    /** @type {Route} */
    this.route = { view: '', params: {} };
    /** @type {Suggestion[]} */
    this.found = [];
    this.active = -1;
    const list = uniqueID('suggestions');
    this.input = el('input', {
      class: 'filter-input',
      type: 'text',
      role: 'combobox',
      'aria-expanded': 'false',
      'aria-controls': list,
      'aria-autocomplete': 'list',
      'aria-label': 'Filter',
      autocomplete: 'off',
      spellcheck: 'false',
      dir: 'auto',
      enterkeyhint: 'search',
      placeholder: 'Filter: user_id = "…", metadata.stage = "closing", or words',
    });
    this.list = el('ul', {
      id: list,
      class: 'suggestions',
      role: 'listbox',
      'aria-label': 'Suggestions',
      hidden: true,
    });
    this.chips = el('ul', { class: 'filter-chips', 'aria-label': 'Active filters' });
    this.error = el('p', { class: 'field-error', role: 'alert', hidden: true, dir: 'auto' });
    this.range = menu([], () => this.rangeMenu(), { class: 'button range' });
    this.extras = el('div', { class: 'extras' });
    this.element = el(
      'div',
      { class: 'filter-bar', role: 'search' },
      el(
        'div',
        { class: 'filter-row' },
        el('div', { class: 'filter-box' }, icon('filter'), this.input, this.list),
        this.range.root,
        this.extras,
      ),
      this.chips,
      this.error,
    );
    this.refresh = debounce(() => this.complete(), 60);
    this.input.addEventListener('input', this.refresh);
    this.input.addEventListener('focus', this.refresh);
    this.input.addEventListener('blur', () => this.hide());
    this.input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.key(event));
    this.list.addEventListener('pointerdown', (/** @type {Event} */ event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest('[role=option]') : null;
      if (option) this.take(this.found[Array.prototype.indexOf.call(this.list.children, option)]);
    });
  }

  /** @param {Route} route */
  show(route) {
    this.route = route;
    const { params } = route;
    replace(
      this.range.button,
      icon('clock'),
      el(
        'span',
        {},
        params.range ? RANGE_LABELS[params.range] : params.from || params.to ? 'Custom range' : 'All time',
      ),
      icon('down', 'small'),
    );
    const chips = LIST_PARAMETERS.filter((name) => params[name] !== undefined && LABELS[name]);
    const nodes = chips.map((name) => this.chip(name, params[name] ?? ''));
    if (!params.range && (params.from || params.to)) nodes.unshift(this.timeChip());
    replace(
      this.chips,
      nodes,
      nodes.length > 1
        ? el(
          'li',
          {},
          el('button', { type: 'button', class: 'text-button', on: { click: () => this.clear() } }, 'Clear all'),
        )
        : null,
    );
    this.chips.hidden = nodes.length === 0;
    replace(this.extras, this.options.extras());
    this.fail('');
  }

  /** @param {string} name @param {string} value */
  chip(name, value) {
    const shown = format.visible(value);
    return el(
      'li',
      { class: 'chip filter-chip' },
      el(
        'button',
        { type: 'button', class: 'chip-edit', title: 'Edit', on: { click: () => this.edit(name, value) } },
        el('span', { class: 'chip-key' }, LABELS[name]),
        el('bdi', { class: 'chip-value', dir: 'auto' }, shown),
      ),
      el('button', {
        type: 'button',
        class: 'chip-remove',
        'aria-label': `Remove filter ${LABELS[name]} ${shown}`,
        on: { click: () => this.set({ [name]: undefined }) },
      }, icon('close')),
    );
  }

  timeChip() {
    const { from, to } = this.route.params;
    return el(
      'li',
      { class: 'chip filter-chip' },
      el(
        'span',
        { class: 'chip-edit' },
        el('span', { class: 'chip-key' }, 'time'),
        el('span', { class: 'chip-value' }, `${from ? format.moment(from) : '…'} – ${to ? format.moment(to) : 'now'}`),
      ),
      el('button', {
        type: 'button',
        class: 'chip-remove',
        'aria-label': 'Remove time range',
        on: { click: () => this.set({ from: undefined, to: undefined }) },
      }, icon('close')),
    );
  }

  /** @param {Record<string, string | undefined>} changes */
  set(changes) {
    this.options.change(withParams(this.route, changes));
    this.input.focus();
    this.hide();
  }

  clear() {
    this.set(
      Object.fromEntries(
        ['range', ...LIST_PARAMETERS].filter((name) => name !== 'sort').map((name) => [name, undefined]),
      ),
    );
  }

  /** @param {string} name @param {string} value */
  edit(name, value) {
    this.input.value = name === 'filter' || name === 'q'
      ? value
      : `${name.replace('min_', '')} ${name.startsWith('min_') ? '>=' : '='} ${JSON.stringify(value)}`;
    this.set({ [name]: undefined });
    this.input.select();
  }

  /** @param {string} text empty hides it @param {number | null} [position] in the filter, from 1 */
  fail(text, position = null) {
    const trouble = position === null ? null : around(this.route.params.filter ?? '', position);
    replace(
      this.error,
      text,
      trouble ? el('code', { class: 'trouble' }, trouble.before, el('mark', {}, trouble.at), trouble.after) : null,
    );
    this.error.hidden = !text;
    this.input.setAttribute('aria-invalid', String(Boolean(text)));
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  async complete() {
    if (document.activeElement !== this.input) return;
    const text = this.input.value.slice(0, this.input.selectionStart ?? this.input.value.length);
    const { suggest } = await import('./suggestions.js');
    const found = await suggest(text, { project: this.route.params.project ?? '', rows: this.options.rows() });
    const now = this.input.value.slice(0, this.input.selectionStart ?? this.input.value.length);
    if (now !== text || document.activeElement !== this.input) return;
    this.found = found;
    this.active = -1;
    replace(
      this.list,
      found.map((suggestion, at) =>
        el(
          'li',
          { role: 'option', id: `${this.list.id}-${at}`, 'aria-selected': 'false' },
          el('bdi', { dir: 'auto', class: 'suggestion' }, format.visible(suggestion.label)),
          el('span', { class: 'faint' }, suggestion.hint),
        )
      ),
    );
    this.list.hidden = found.length === 0;
    this.input.setAttribute('aria-expanded', String(found.length > 0));
    this.input.removeAttribute('aria-activedescendant');
  }

  hide() {
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && this.found.length) {
      event.preventDefault();
      if (this.list.hidden) return this.refresh();
      this.highlight((this.active + (event.key === 'ArrowDown' ? 1 : this.found.length)) % this.found.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const chosen = this.list.hidden ? undefined : this.found[this.active];
      if (chosen) this.take(chosen);
      else this.submit();
    } else if (event.key === 'Tab' && !this.list.hidden && this.active >= 0) {
      event.preventDefault();
      this.take(this.found[this.active]);
    } else if (event.key === 'Escape' && !this.list.hidden) {
      event.stopPropagation();
      this.hide();
    }
  }

  /** @param {number} at */
  highlight(at) {
    this.list.children[this.active]?.setAttribute('aria-selected', 'false');
    this.active = at;
    const option = this.list.children[at];
    option?.setAttribute('aria-selected', 'true');
    option?.scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', option?.id ?? '');
  }

  /** @param {Suggestion} suggestion */
  take(suggestion) {
    const after = this.input.value.slice(this.input.selectionStart ?? this.input.value.length);
    if (suggestion.apply === 'words') return this.submit();
    this.input.value = this.input.value.slice(0, suggestion.from) + suggestion.text + after;
    const caret = suggestion.from + suggestion.text.length;
    this.input.setSelectionRange(caret, caret);
    if (suggestion.apply === 'submit' && asParameter(this.input.value)) this.submit();
    else this.complete();
  }

  submit() {
    const text = this.input.value.trim();
    if (!text) return;
    const simple = asParameter(text);
    this.input.value = '';
    if (simple) return this.set({ [simple.parameter]: simple.value });
    if (isExpression(text)) return this.set({ filter: both(this.route.params.filter, text) });
    this.set({ q: text });
  }

  rangeMenu() {
    const { params } = this.route;
    const choose = (/** @type {Record<string, string | undefined>} */ changes) => {
      this.range.close();
      this.options.change(withParams(this.route, { range: undefined, from: undefined, to: undefined, ...changes }));
      this.range.button.focus();
    };
    const option = (
      /** @type {string} */ label,
      /** @type {boolean} */ on,
      /** @type {Record<string, string | undefined>} */ changes,
    ) =>
      el(
        'button',
        {
          type: 'button',
          class: 'menu-item',
          'aria-pressed': String(on),
          on: { click: () => choose(changes) },
        },
        el('span', {}, label),
        on ? icon('check') : null,
      );
    const from = timeField('From', params.range ? undefined : params.from);
    const to = timeField('To', params.range ? undefined : params.to);
    return [
      option('All time', !params.range && !params.from && !params.to, {}),
      RANGES.map((range) => option(RANGE_LABELS[range], params.range === range, { range })),
      el(
        'form',
        {
          class: 'menu-form',
          on: {
            submit: (/** @type {Event} */ event) => {
              event.preventDefault();
              choose({ from: from.value(), to: to.value() });
            },
          },
        },
        from.root,
        to.root,
        el('button', { class: 'button primary' }, 'Apply'),
      ),
    ];
  }
}

/** @param {string} label @param {string | undefined} value */
function timeField(label, value) {
  const input = el('input', { type: 'datetime-local', step: '1' });
  const at = format.instant(value);
  if (at) input.value = new Date(at.ms - new Date(at.ms).getTimezoneOffset() * 60000).toISOString().slice(0, 19);
  return {
    root: el('label', { class: 'field' }, el('span', {}, label), input),
    value: () => (input.value ? new Date(input.value).toISOString() : undefined),
  };
}
