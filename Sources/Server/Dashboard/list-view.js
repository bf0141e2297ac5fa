// A list: charts, filter bar, rows without end. Sessions, LLM Tracing and Users are this with other columns.
import { ApiError, explain, get, getIfPresent, isAbort, isAbsent } from './api.js';
import { chosenColumns } from './columns.js';
import { el, markPainted, painted, replace } from './dom.js';
import * as format from './format.js';
import { icon } from './icons.js';
import { LISTS } from './lists.js';
import { onDeleted, onNews } from './live.js';
import { navigate, rememberList } from './navigation.js';
import { announce } from './notices.js';
import {
  DEFAULT_SORT,
  FIRST_ROWS,
  formatRoute,
  listKind,
  listPath,
  listQuestion,
  narrowing,
  withParams,
} from './route.js';
import { RowTable } from './table.js';

/** @typedef {import('./route.js').Route} Route */

const PAGE_ROWS = 100;

export class ListView {
  /**
   * @param {Route} route
   * @param {{ extent: () => Promise<{ from: number, to: number }>, held: (noun: string) => Promise<number> }} shell
   */
  constructor(route, shell) {
    this.shell = shell;
    this.route = route;
    this.spec = this.specOf(route);
    this.title = this.spec.title;
    /** @type {string | null} */
    this.cursor = null;
    this.loading = false;
    /** Whether the list could not be asked for; the next look tries again. */
    this.failed = false;
    /** Rows that arrived since the list was shown, by key. @type {Map<string, any>} */
    this.fresh = new Map();
    this.abort = new AbortController();
    this.stopNews = () => {};
    /** Charts come after the first rows. @type {Promise<import('./charts.js').Charts> | null} */
    this.charts = null;
    this.chartHolder = el('div', { class: route.view === 'users' ? null : 'chart-holder' });
    /** The filter bar comes after the first rows. @type {import('./filter-bar.js').FilterBar | null} */
    this.bar = null;
    /** @type {Promise<import('./filter-bar.js').FilterBar> | null} */
    this.loadingBar = null;
    this.barPlace = el('div', { class: 'filter-bar' });
    this.table = this.makeTable();
    this.count = el('p', { class: 'list-count', role: 'status' });
    this.banner = el('button', { type: 'button', class: 'news', hidden: true, on: { click: () => this.reload(true) } });
    this.foot = el('div', { class: 'list-foot' });
    this.holder = el('div', { class: 'table-holder' }, this.table.element);
    this.message = el('div', { class: 'list-message', hidden: true });
    this.element = el(
      'section',
      { class: `list list-${route.view}`, 'aria-labelledby': 'view-title' },
      el('h1', { id: 'view-title', class: 'sr', tabindex: '-1' }, this.title),
      this.chartHolder,
      this.barPlace,
      el('div', { class: 'list-status' }, this.count, this.banner),
      this.message,
      this.holder,
      this.foot,
    );
    this.watcher = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) this.more();
    }, { rootMargin: '800px' });
    // A list that is kept aside hears of it, too: it is shown again as it was left.
    onDeleted((ids) => this.drop((row) => ids.has(row.trace_id ?? row.id)));
  }

  makeTable() {
    return new RowTable({
      label: this.title,
      key: (row) => this.spec.key(row),
      context: () => ({ project: this.route.params.project }),
      open: (row, event) => this.open(row, event),
      sort: (sort) => navigate(withParams(this.route, { sort: sort === DEFAULT_SORT ? undefined : sort })),
    });
  }

  /** @param {Route} route */
  specOf(route) {
    return LISTS[listKind(route) ?? 'sessions'];
  }

  /** @param {Route} route */
  accepts(route) {
    return route.view === this.route.view;
  }

  /** @param {any} row @param {Event} event */
  open(row, event) {
    const route = this.spec.route(row, { project: this.route.params.project });
    if (event instanceof MouseEvent && (event.metaKey || event.ctrlKey)) {
      window.open(formatRoute(route), '_blank', 'noopener');
    } else navigate(route);
  }

  start() {
    this.stopNews = onNews(() => this.poll());
    this.watcher.observe(this.foot);
    // What is narrowed says so at once.
    if (narrowing(this.route).length) this.loadBar();
    return this.show(this.route, true).finally(() => painted().then(() => this.loadBar()));
  }

  loadBar() {
    this.loadingBar ??= Promise.all([import('./filter-bar.js'), import('./list-tools.js')]).then(
      ([{ FilterBar }, { listTools }]) => {
        const bar = new FilterBar({ change: navigate, rows: () => this.table.rows, extras: () => listTools(this) });
        this.bar = bar;
        bar.show(this.route);
        this.barPlace.replaceWith(bar.element);
        return bar;
      },
    );
    return this.loadingBar;
  }

  resume() {
    this.stopNews = onNews(() => this.poll());
    this.watcher.observe(this.foot);
    rememberList(this.route);
    this.poll();
  }

  suspend() {
    this.stopNews();
    this.watcher.disconnect();
  }

  /** @param {Route} route */
  update(route) {
    if (formatRoute(route) !== formatRoute(this.route)) this.show(route, false);
  }

  /** @param {Route} route @param {boolean} first @returns {Promise<void>} resolves once its rows are drawn */
  show(route, first) {
    const before = this.spec;
    this.route = route;
    this.spec = this.specOf(route);
    rememberList(route);
    if (before !== this.spec) this.table.setRows([]);
    this.table.setColumns(chosenColumns(this.spec.columns, route.params.columns), route.params.sort ?? DEFAULT_SORT);
    this.bar?.show(route);
    this.element.classList.toggle('loading', !first);
    return this.reload(false);
  }

  get path() {
    return listPath(this.route) ?? '';
  }

  question() {
    return listQuestion(this.route, Date.now());
  }

  /** @param {boolean} toTop */
  async reload(toTop) {
    this.abort.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.cursor = null;
    this.loading = true;
    this.fresh.clear();
    this.drawBanner();
    const question = this.question();
    try {
      const page = await get(this.path, { ...question, limit: FIRST_ROWS }, signal);
      this.table.setRows(page.data);
      this.cursor = page.next_cursor;
      this.failed = false;
      this.afterLoad();
      markPainted('rows');
      if (toTop) {
        scrollTo({ top: 0 });
        /** @type {HTMLElement | null} */ (this.table.body.querySelector('tr'))?.focus();
      }
      painted().then(() => {
        if (signal.aborted) return;
        if (page.data.length) this.drawCharts(question, signal);
        this.countAll(question, signal);
      });
    } catch (error) {
      if (!isAbort(error)) this.fail(error);
    } finally {
      if (!signal.aborted) {
        this.loading = false;
        this.element.classList.remove('loading');
        this.watch();
      }
    }
  }

  /** @param {Record<string, string>} question @param {AbortSignal} signal */
  async drawCharts(question, signal) {
    this.chartHolder.hidden = isAbsent('timeseries') || this.route.view === 'users';
    if (this.chartHolder.hidden) return;
    this.charts ??= import('./charts.js').then(({ Charts }) => {
      const charts = new Charts(
        this.route.view,
        (from, to) => navigate(withParams(this.route, { from, to, range: undefined })),
      );
      this.chartHolder.append(charts.element);
      return charts;
    });
    const charts = await this.charts;
    await charts.load(question, this.shell.extent(), signal);
    markPainted('charts');
    this.chartHolder.hidden = isAbsent('timeseries');
  }

  async more() {
    if (this.loading || !this.cursor) return;
    this.loading = true;
    const { signal } = this.abort;
    replace(this.foot, el('span', { class: 'faint' }, 'Loading more…'));
    try {
      const page = await get(this.path, { ...this.question(), limit: PAGE_ROWS, cursor: this.cursor }, signal);
      this.table.addRows(page.data);
      this.cursor = page.next_cursor;
      this.afterLoad();
    } catch (error) {
      if (isAbort(error)) return;
      replace(
        this.foot,
        el('span', { class: 'field-error' }, explain(error), ' '),
        el('button', { type: 'button', class: 'button', on: { click: () => this.more() } }, 'Try again'),
      );
    } finally {
      if (!signal.aborted) {
        this.loading = false;
        if (this.cursor) this.watch();
      }
    }
  }

  /** Tells again whether the end of the list is near, once the rows are laid out: it may never have been far. */
  watch() {
    this.watcher.unobserve(this.foot);
    this.watcher.observe(this.foot);
  }

  /** @param {Record<string, string>} question @param {AbortSignal} signal */
  async countAll(question, signal) {
    try {
      const narrowed = narrowing(this.route).length > 0;
      const ask = async () => (await get(this.path, { ...question, limit: 1, total: true }, signal)).total;
      // Projects know how much they hold; only what is narrowed has to be counted.
      const total = !this.cursor
        ? this.table.rows.length
        : narrowed || this.route.view === 'users'
        ? await ask()
        : await this.shell.held(this.spec.noun);
      if (!Number.isFinite(total) || signal.aborted) return;
      this.count.textContent = total
        ? `${format.plural(total, this.spec.noun)}${narrowed ? ' match' + (total === 1 ? 'es' : '') : ''}`
        : '';
    } catch (error) {
      if (!isAbort(error)) this.count.textContent = '';
    }
  }

  /** @param {unknown} error */
  fail(error) {
    this.failed = true;
    this.table.setRows([]);
    this.count.textContent = '';
    replace(this.foot);
    this.holder.hidden = true;
    this.chartHolder.hidden = true;
    const input = error instanceof ApiError && error.status === 400;
    if (input) {
      const position = error.parameter === 'filter' ? error.position : null;
      this.loadBar().then((bar) => bar.fail(explain(error), position));
    }
    const absent = error instanceof ApiError && error.status === 404;
    replace(
      this.message,
      el(
        'div',
        { class: 'empty' },
        el(
          'p',
          { class: 'empty-title' },
          input ? 'This filter can’t be answered' : absent ? 'Not available on this server' : 'Could not load',
        ),
        // What is wrong with a filter stands beside it.
        input ? null : el(
          'p',
          { dir: 'auto' },
          absent ? `This version of Steno has no list of ${this.spec.noun}s.` : explain(error),
        ),
        absent ? null : input ? this.clearButton() : el('button', {
          type: 'button',
          class: 'button',
          on: { click: () => this.reload(false) },
        }, 'Try again'),
      ),
    );
    this.message.hidden = false;
  }

  afterLoad() {
    const empty = this.table.rows.length === 0;
    this.holder.hidden = empty;
    this.message.hidden = !empty;
    if (empty) this.chartHolder.hidden = true;
    this.element.classList.toggle('is-empty', empty);
    this.element.classList.toggle('is-new', empty && !narrowing(this.route).length);
    if (empty && narrowing(this.route).length) replace(this.message, this.nothingFound());
    else if (empty) this.teach();
    replace(this.foot, this.cursor ? el('span', { class: 'faint' }, 'Scroll for more') : null);
  }

  /**
   * An empty list that nothing narrows: either nothing arrived yet, or what arrived lacks what this list is about.
   */
  async teach() {
    const { signal } = this.abort;
    const { emptyState, untaggedState } = await import('./empty.js');
    const traces = this.route.view === 'traces' ? 0 : await this.shell.held('trace');
    if (signal.aborted || this.table.rows.length) return;
    replace(this.message, traces ? untaggedState(this.spec.noun, traces) : emptyState(() => this.reload(false)));
  }

  nothingFound() {
    return el(
      'div',
      { class: 'empty' },
      icon('search', 'large'),
      el('p', { class: 'empty-title' }, `No ${this.spec.noun}s match`),
      el(
        'p',
        {},
        'Nothing in ',
        this.route.params.project ? 'this project' : 'the store',
        ' fits all of these filters.',
      ),
      this.clearButton(),
    );
  }

  clearButton() {
    return el('button', { type: 'button', class: 'button', on: { click: () => this.bar?.clear() } }, 'Clear filters');
  }

  /** Looks at the head of the list: what is shown is brought up to date in place, what is new announces itself. */
  async poll() {
    if (this.loading) return;
    const { signal } = this.abort;
    try {
      const page = await getIfPresent(this.path, this.path, { ...this.question(), limit: FIRST_ROWS }, signal);
      if (!page || signal.aborted || this.loading) return;
      if (!this.table.rows.length) {
        if (page.data.length || this.failed) this.reload(false);
        return;
      }
      for (const row of page.data) {
        if (!this.table.update(row)) this.fresh.set(this.spec.key(row), row);
      }
      // Where the answer is the whole list, what it lacks is gone.
      const keys = page.next_cursor ? null : new Set(page.data.map(this.spec.key));
      if (keys) this.drop((row) => !keys.has(this.spec.key(row)));
      this.drawBanner();
    } catch {
      // The next look tells.
    }
  }

  drawBanner() {
    const { size } = this.fresh;
    const text = size ? `${size}${size >= FIRST_ROWS ? '+' : ''} new ${this.spec.noun}${size === 1 ? '' : 's'}` : '';
    this.banner.hidden = !text;
    if (this.banner.dataset.text === text) return;
    this.banner.dataset.text = text;
    replace(this.banner, icon('up'), text);
    if (text) announce(text);
  }

  /** Takes rows away that the server no longer has. @param {(row: any) => boolean} isGone */
  drop(isGone) {
    for (const [key, row] of this.fresh) if (isGone(row)) this.fresh.delete(key);
    this.drawBanner();
    const gone = this.table.remove(isGone);
    if (!gone) return;
    announce(`${format.plural(gone, this.spec.noun)} gone`);
    if (!this.table.rows.length) this.reload(false);
    else this.countAll(this.question(), this.abort.signal);
  }
}
