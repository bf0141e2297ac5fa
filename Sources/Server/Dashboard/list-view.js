// A list: charts, filter bar, rows without end. Sessions, LLM Tracing and Users are this with other columns.
import { ApiError, explain, get, getIfPresent, isAbort, isAbsent } from './api.js';
import {
  chosenColumns,
  SESSION_COLUMNS,
  sessionRoute,
  SPAN_COLUMNS,
  TRACE_COLUMNS,
  traceRoute,
  USER_COLUMNS,
  userRoute,
} from './columns.js';
import { el, replace } from './dom.js';
import { FilterBar } from './filter-bar.js';
import * as format from './format.js';
import { icon } from './icons.js';
import { onNews, reportContact } from './live.js';
import { navigate, rememberList } from './navigation.js';
import { listTools } from './list-tools.js';
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

/**
 * @typedef {{ title: string, noun: string, columns: any[], key: (row: any) => string,
 *   route: (row: any, context: any) => Route }} List
 * @type {Record<string, List>}
 */
const LISTS = {
  sessions: { title: 'Sessions', noun: 'session', columns: SESSION_COLUMNS, key: (row) => row.id, route: sessionRoute },
  traces: {
    title: 'LLM Tracing',
    noun: 'trace',
    columns: TRACE_COLUMNS,
    key: (row) => row.trace_id,
    route: traceRoute,
  },
  spans: {
    title: 'LLM Tracing',
    noun: 'span',
    columns: SPAN_COLUMNS,
    key: (row) => `${row.trace_id}/${row.span_id}`,
    route: traceRoute,
  },
  users: {
    title: 'Users',
    noun: 'user',
    columns: USER_COLUMNS,
    key: (row) => `${row.project}\u0000${row.user_id}`,
    route: userRoute,
  },
};

export class ListView {
  /**
   * @param {Route} route
   * @param {{ extent: () => Promise<{ from: number, to: number }>, traceCount: () => Promise<number> }} shell
   */
  constructor(route, shell) {
    this.shell = shell;
    this.route = route;
    this.spec = this.specOf(route);
    this.title = this.spec.title;
    /** @type {string | null} */
    this.cursor = null;
    this.loading = false;
    /** Rows that arrived since the list was shown. @type {Set<string>} */
    this.fresh = new Set();
    this.abort = new AbortController();
    this.stopNews = () => {};
    /** Charts come after the first rows. @type {Promise<import('./charts.js').Charts> | null} */
    this.charts = null;
    this.chartHolder = el('div', {});
    this.bar = new FilterBar({
      change: (next) => this.go(next),
      rows: () => this.table.rows,
      extras: () => listTools(this),
    });
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
      this.bar.element,
      el('div', { class: 'list-status' }, this.count, this.banner),
      this.message,
      this.holder,
      this.foot,
    );
    this.watcher = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) this.more();
    }, { rootMargin: '800px' });
  }

  makeTable() {
    return new RowTable({
      label: this.title,
      key: (row) => this.spec.key(row),
      context: () => ({ project: this.route.params.project }),
      open: (row, event) => this.open(row, event),
      sort: (sort) => this.go(withParams(this.route, { sort: sort === DEFAULT_SORT ? undefined : sort })),
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

  /** @param {Route} route */
  go(route) {
    navigate(route);
  }

  start() {
    this.stopNews = onNews(() => this.poll());
    this.watcher.observe(this.foot);
    this.show(this.route, true);
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

  /** @param {Route} route @param {boolean} first */
  show(route, first) {
    const before = this.spec;
    this.route = route;
    this.spec = this.specOf(route);
    rememberList(route);
    if (before !== this.spec) this.table.setRows([]);
    this.table.setColumns(chosenColumns(this.spec.columns, route.params.columns), route.params.sort ?? DEFAULT_SORT);
    this.bar.show(route);
    this.element.classList.toggle('loading', !first);
    this.reload(false);
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
    this.banner.hidden = true;
    const question = this.question();
    try {
      const page = await get(this.path, { ...question, limit: FIRST_ROWS }, signal);
      this.table.setRows(page.data);
      this.cursor = page.next_cursor;
      reportContact(true);
      this.afterLoad();
      if (toTop) {
        scrollTo({ top: 0 });
        /** @type {HTMLElement | null} */ (this.table.body.querySelector('tr'))?.focus();
      }
      if (page.data.length) this.drawCharts(question, signal);
      this.countAll(question, signal);
    } catch (error) {
      if (!isAbort(error)) this.fail(error);
    } finally {
      if (!signal.aborted) {
        this.loading = false;
        this.element.classList.remove('loading');
        if (this.cursor && this.foot.getBoundingClientRect().top < innerHeight) this.more();
      }
    }
  }

  /** @param {Record<string, string>} question @param {AbortSignal} signal */
  async drawCharts(question, signal) {
    if (isAbsent('timeseries') || this.route.view === 'users') return;
    this.charts ??= import('./charts.js').then(({ Charts }) => {
      const charts = new Charts(
        this.route.view,
        (from, to) => this.go(withParams(this.route, { from, to, range: undefined })),
      );
      this.chartHolder.append(charts.element);
      return charts;
    });
    const charts = await this.charts;
    this.chartHolder.hidden = false;
    charts.load(question, this.shell.extent(), signal);
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
      if (!signal.aborted) this.loading = false;
    }
  }

  /** @param {Record<string, string>} question @param {AbortSignal} signal */
  async countAll(question, signal) {
    try {
      const total = this.cursor
        ? (await get(this.path, { ...question, limit: 1, total: true }, signal)).total
        : this.table.rows.length;
      if (!Number.isFinite(total)) return;
      const narrowed = narrowing(this.route).length > 0;
      this.count.textContent = total
        ? `${format.plural(total, this.spec.noun)}${narrowed ? ' match' + (total === 1 ? 'es' : '') : ''}`
        : '';
    } catch (error) {
      if (!isAbort(error)) this.count.textContent = '';
    }
  }

  /** @param {unknown} error */
  fail(error) {
    this.table.setRows([]);
    this.count.textContent = '';
    replace(this.foot);
    this.holder.hidden = true;
    const input = error instanceof ApiError && error.status === 400;
    if (input) this.bar.fail(explain(error));
    else reportContact(error instanceof ApiError);
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
        el('p', { dir: 'auto' }, absent ? `This version of Steno has no list of ${this.spec.noun}s.` : explain(error)),
        input || absent ? null : el('button', {
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
    this.chartHolder.hidden = true;
    const { signal } = this.abort;
    const { emptyState, untaggedState } = await import('./empty.js');
    const traces = this.route.view === 'traces' ? 0 : await this.shell.traceCount();
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
      el('button', { type: 'button', class: 'button', on: { click: () => this.bar.clear() } }, 'Clear filters'),
    );
  }

  /** Looks at the head of the list: what is shown is brought up to date in place, what is new announces itself. */
  async poll() {
    if (this.loading) return;
    const { signal } = this.abort;
    try {
      const page = await getIfPresent(this.path, this.path, { ...this.question(), limit: FIRST_ROWS }, signal);
      if (!page || signal.aborted || this.loading) return;
      reportContact(true);
      if (!this.table.rows.length) {
        if (page.data.length) this.reload(false);
        return;
      }
      for (const row of page.data) if (!this.table.update(row)) this.fresh.add(this.spec.key(row));
      if (!this.fresh.size) return;
      const more = this.fresh.size >= FIRST_ROWS ? '+' : '';
      const text = `${this.fresh.size}${more} new ${this.spec.noun}${this.fresh.size === 1 ? '' : 's'}`;
      if (this.banner.hidden || this.banner.dataset.text !== text) {
        this.banner.dataset.text = text;
        replace(this.banner, icon('up'), text);
        this.banner.hidden = false;
        announce(text);
      }
    } catch (error) {
      if (!isAbort(error)) reportContact(error instanceof ApiError);
    }
  }
}
