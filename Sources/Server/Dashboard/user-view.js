// A user: totals, and what they did.
import { ApiError, explain, get, isAbort, path } from './api.js';
import * as cells from './cells.js';
import { chosenColumns, SESSION_COLUMNS, sessionRoute, TRACE_COLUMNS, traceRoute } from './columns.js';
import { el, replace } from './dom.js';
import * as format from './format.js';
import { icon } from './icons.js';
import { onNews } from './live.js';
import { link, navigate } from './navigation.js';
import { copyButton } from './notices.js';
import { withParams } from './route.js';
import { RowTable } from './table.js';

/** @typedef {import('./route.js').Route} Route */

const ROWS = 25;

export class UserView {
  /** @param {Route} route */
  constructor(route) {
    this.route = route;
    this.id = route.params.id ?? '';
    this.title = format.visible(this.id);
    this.abort = new AbortController();
    this.stopNews = () => {};
    /** The rows that are shown, as text. */
    this.stamp = '';
    this.head = el('header', { class: 'detail-head' });
    this.main = el('div', {});
    this.element = el('section', { class: 'detail user', 'aria-labelledby': 'view-title' }, this.head, this.main);
  }

  /** @param {Route} route */
  accepts(route) {
    return route.view === 'user' && route.params.id === this.id && route.params.project === this.route.params.project;
  }

  get project() {
    return { project: this.route.params.project };
  }

  start() {
    this.drawHead(null);
    this.stopNews = onNews(() => this.load());
    return this.load();
  }

  async load() {
    this.drawList();
    try {
      this.drawHead(await get(path('users', this.id), this.project, this.abort.signal));
    } catch (error) {
      // A server without users still has their sessions and traces.
      if (error instanceof ApiError && (error.status === 404 || error.status === 400)) this.drawHead(null);
      else if (!isAbort(error) && !this.stamp) this.main.prepend(el('p', { class: 'field-error' }, explain(error)));
    }
  }

  suspend() {
    this.abort.abort();
    this.stopNews();
  }

  /** @param {Route} route */
  update(route) {
    this.route = route;
    this.drawList();
  }

  /** @param {any} answer */
  drawHead(answer) {
    const row = Array.isArray(answer?.data) ? answer.data[0] : answer;
    replace(
      this.head,
      el(
        'div',
        { class: 'head-line' },
        el('h1', { id: 'view-title', tabindex: '-1', class: 'detail-title' }, icon('user'), cells.name(this.id)),
        copyButton(this.id, 'user ID'),
      ),
      row
        ? el(
          'p',
          { class: 'head-meta' },
          el('span', {}, 'project ', cells.name(row.project)),
          cells.dot(),
          el('span', {}, 'first seen ', cells.timeAgo(row.first_seen)),
          cells.dot(),
          el('span', {}, 'last seen ', cells.timeAgo(row.last_seen)),
        )
        : null,
      row
        ? el(
          'dl',
          { class: 'figures' },
          cells.figure('Sessions', format.count(row.session_count)),
          cells.figure('Traces', format.count(row.trace_count)),
          cells.figure('Tokens', format.tokenSplit(row.tokens), format.tokenDetail(row.tokens)),
          cells.figure(
            'Cost',
            row.cost_usd === null || row.cost_usd === undefined ? format.UNKNOWN : format.cost(row.cost_usd),
          ),
        )
        : null,
    );
  }

  async drawList() {
    const traces = this.route.params.rows === 'traces';
    const columns = (traces ? TRACE_COLUMNS : SESSION_COLUMNS).filter((column) => column.id !== 'user');
    const toRoute = traces ? traceRoute : sessionRoute;
    const table = new RowTable({
      label: traces ? 'Traces of this user' : 'Sessions of this user',
      key: (row) => (traces ? row.trace_id : row.id),
      context: () => this.project,
      open: (row) => navigate(toRoute(row, this.project)),
      sort: () => navigate({ view: traces ? 'traces' : 'sessions', params: { user_id: this.id, ...this.project } }),
    });
    table.setColumns(chosenColumns(columns, undefined).map((column) => ({ ...column, sort: undefined })), '');
    const pick = (/** @type {string | undefined} */ rows, /** @type {string} */ label) =>
      el('button', {
        type: 'button',
        'aria-pressed': String((rows === 'traces') === traces),
        on: { click: () => navigate(withParams(this.route, { rows })) },
      }, label);
    const foot = el('p', { class: 'list-foot' });
    const tools = el(
      'div',
      { class: 'thread-tools' },
      el(
        'div',
        { class: 'segments', role: 'group', 'aria-label': 'Rows' },
        pick(undefined, 'Sessions'),
        pick('traces', 'Traces'),
      ),
      link({ view: traces ? 'traces' : 'sessions', params: { user_id: this.id, ...this.project } }, {
        class: 'text-button',
      }, traces ? 'Open in LLM Tracing' : 'Open in Sessions'),
    );
    try {
      const page = await get(traces ? 'api/v1/traces' : 'api/v1/sessions', {
        ...this.project,
        user_id: this.id,
        limit: ROWS,
      }, this.abort.signal);
      const stamp = JSON.stringify([traces, page]);
      if (stamp === this.stamp) return;
      this.stamp = stamp;
      const focused = document.activeElement?.closest('tr')?.dataset.key;
      table.setRows(page.data);
      if (page.next_cursor) foot.textContent = `The latest ${ROWS}.`;
      replace(
        this.main,
        tools,
        page.data.length
          ? el('div', { class: 'table-holder' }, table.element)
          : el('div', { class: 'empty' }, el('p', {}, 'Nothing here.')),
        foot,
      );
      if (focused) table.byKey.get(focused)?.focus();
    } catch (error) {
      if (!isAbort(error) && !this.stamp) replace(this.main, tools, el('p', { class: 'field-error' }, explain(error)));
    }
  }
}
