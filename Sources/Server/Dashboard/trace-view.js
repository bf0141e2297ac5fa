// A trace: its figures, the waterfall of its spans, and the panel of the one that is chosen.
import { ApiError, explain, get, isAbort, path } from './api.js';
import * as cells from './cells.js';
import { debounce, el, replace } from './dom.js';
import * as format from './format.js';
import { icon } from './icons.js';
import { kindMark } from './icons.js';
import { KINDS } from './kinds.js';
import { onDeleted, onNews } from './live.js';
import { link, navigate, note } from './navigation.js';
import { copyButton } from './notices.js';
import { Overview } from './overview.js';
import { withParams } from './route.js';
import { SpanPanel } from './span-panel.js';
import { Thread } from './thread.js';
import { initialFold, layOut } from './waterfall-layout.js';
import { Waterfall } from './waterfall.js';

/** @typedef {import('./route.js').Route} Route */

/** A larger trace is not asked for again at every piece of news. */
const POLLED_SPANS_MAX = 2000;

export class TraceView {
  /** @param {Route} route */
  constructor(route) {
    this.route = route;
    this.id = route.params.id ?? '';
    this.title = 'Trace';
    this.abort = new AbortController();
    this.stopNews = () => {};
    /** @type {any} */
    this.trace = null;
    /** What is said in place of the trace, if it could not be had. */
    this.failure = '';
    /** @type {Waterfall | null} */
    this.waterfall = null;
    /** @type {Overview | null} */
    this.overview = null;
    /** @type {Thread | null} */
    this.thread = null;
    this.head = el('header', { class: 'detail-head' });
    this.main = el('div', { class: 'trace-main' });
    this.panel = new SpanPanel({
      pane: (pane) => {
        this.route = withParams(this.route, { pane });
        note(this.route);
      },
      closed: () => this.deselect(),
    });
    this.body = el('div', { class: 'trace-body' }, this.main, this.panel.dialog);
    this.element = el('section', { class: 'detail trace', 'aria-labelledby': 'view-title' }, this.head, this.body);
  }

  /** @param {Route} route */
  accepts(route) {
    return route.view === 'trace' && route.params.id === this.id;
  }

  start() {
    const news = onNews(() => this.poll());
    const deleted = onDeleted((ids) => {
      if (ids.has(this.id)) this.fail(new ApiError(404, null));
    });
    this.stopNews = () => {
      news();
      deleted();
    };
    return this.load();
  }

  async load() {
    if (!this.failure) replace(this.main, el('p', { class: 'faint loading-note' }, 'Loading…'));
    try {
      this.take(await get(path('traces', this.id), {}, this.abort.signal));
      this.failure = '';
      this.update(this.route, true);
    } catch (error) {
      if (!isAbort(error)) this.fail(error);
    }
  }

  suspend() {
    this.abort.abort();
    this.stopNews();
    this.waterfall?.stop();
    this.overview?.stop();
    this.thread?.stop();
    this.panel.stop();
  }

  /** @param {Route} route @param {boolean} [first] */
  update(route, first = false) {
    const before = this.route.params;
    this.route = route;
    if (!this.trace) return;
    const anew = first || before.show !== route.params.show;
    if (anew) this.draw();
    const { span, pane } = route.params;
    const layout = this.waterfall?.layout;
    if (!layout || !this.waterfall) return;
    const at = span ? layout.byID.get(span) : undefined;
    if (at !== undefined) {
      if (anew || span !== before.span || !this.panel.dialog.open) {
        if (this.waterfall.selected !== at || anew) this.waterfall.reveal(at);
        this.panel.show(this.id, layout.rows[at].span, pane, !anew);
      }
    } else if (anew && SpanPanel.beside && layout.rows.length) {
      this.waterfall.reveal(0);
      this.panel.show(this.id, layout.rows[0].span, pane, false);
    } else if (before.span) {
      this.panel.dialog.close();
    }
  }

  /** @param {unknown} error */
  fail(error) {
    const gone = error instanceof ApiError && error.status === 404;
    this.trace = null;
    const title = gone ? 'No such trace' : 'Could not load';
    if (title === this.failure) return;
    this.failure = title;
    replace(this.head, el('h1', { id: 'view-title', tabindex: '-1', class: 'detail-title' }, title));
    this.panel.dialog.close();
    replace(
      this.main,
      el(
        'div',
        { class: 'empty' },
        el('p', {}, gone ? 'It was deleted, or has not arrived.' : explain(error)),
        link({ view: 'traces', params: {} }, { class: 'button' }, 'All traces'),
      ),
    );
  }

  /** @param {any} trace */
  take(trace) {
    this.trace = trace;
    this.title = format.visible(trace.name || trace.trace_id);
    document.title = `${this.title} · Steno`;
    this.drawHead();
  }

  drawHead() {
    const row = this.trace;
    const { project } = this.route.params;
    const shows = (/** @type {string | undefined} */ show, /** @type {string} */ label) =>
      el('button', {
        type: 'button',
        'aria-pressed': String(this.route.params.show === show),
        data: { show: show ?? '' },
        on: { click: () => navigate(withParams(this.route, { show, span: undefined, pane: undefined })) },
      }, label);
    replace(
      this.head,
      el(
        'div',
        { class: 'head-line' },
        el('h1', { id: 'view-title', tabindex: '-1', class: 'detail-title' }, cells.name(row.name || row.trace_id)),
        cells.statusBadge(row.status),
        el(
          'div',
          { class: 'head-actions' },
          el(
            'div',
            { class: 'segments', role: 'group', 'aria-label': 'Show' },
            shows(undefined, 'Spans'),
            shows('conversation', 'Conversation'),
          ),
        ),
      ),
      el(
        'p',
        { class: 'head-meta' },
        el('span', { class: 'id' }, el('code', {}, row.trace_id), copyButton(row.trace_id, 'trace ID')),
        row.session_id
          ? [
            cells.dot(),
            el(
              'span',
              {},
              'session ',
              link(
                { view: 'session', params: { id: row.session_id, project } },
                {},
                cells.name(row.session_name ?? row.session_id),
              ),
            ),
          ]
          : null,
        cells.dot(),
        el('span', {}, 'project ', cells.name(row.project)),
        cells.dot(),
        el('span', { class: 'line' }, icon('user', 'small'), cells.userLink(row.user_id, row.project)),
        cells.dot(),
        el('time', { datetime: row.start_time, title: row.start_time }, format.moment(row.start_time)),
      ),
      el(
        'dl',
        { class: 'figures' },
        cells.figure('Duration', format.duration(row.duration_ms)),
        cells.figure('Spans', format.count(row.span_count)),
        cells.figure('Errors', row.error_count ? el('span', { class: 'bad' }, format.count(row.error_count)) : '0'),
        cells.figure('Tokens', format.tokenSplit(row.tokens), format.tokenDetail(row.tokens)),
        cells.figure(
          'Cost',
          row.cost_usd === null || row.cost_usd === undefined ? format.UNKNOWN : format.cost(row.cost_usd),
        ),
        row.model ? cells.figure('Model', cells.name(row.model)) : null,
      ),
      row.warnings?.length ? el('ul', { class: 'warnings' }, row.warnings.map(cells.warningItem)) : null,
      cells.metadataChips(row.metadata),
      row.tags?.length ? cells.tagList(row.tags) : null,
    );
  }

  draw() {
    for (const button of this.head.querySelectorAll('[data-show]')) {
      button.setAttribute(
        'aria-pressed',
        String((this.route.params.show ?? '') === /** @type {HTMLElement} */ (button).dataset.show),
      );
    }
    if (this.route.params.show === 'conversation') return this.drawConversation();
    this.thread?.stop();
    this.thread = null;
    this.drawSpans(null);
  }

  async drawConversation() {
    this.waterfall?.stop();
    this.waterfall = null;
    this.panel.dialog.close();
    const thread = new Thread(
      ({ cursor }) => get(path('traces', this.id, 'conversation'), { cursor }, this.abort.signal),
      () => ({ project: this.route.params.project, user: this.trace.user_id }),
    );
    this.thread = thread;
    try {
      await thread.start();
      if (this.thread !== thread) return;
      replace(
        this.main,
        thread.length ? thread.element : el(
          'div',
          { class: 'empty' },
          el('p', { class: 'empty-title' }, 'No turns'),
          el('p', {}, 'This trace holds no exchange of messages.'),
        ),
      );
    } catch (error) {
      if (!isAbort(error) && this.thread === thread) {
        replace(this.main, el('p', { class: 'field-error' }, explain(error)));
      }
    }
  }

  /** @param {Set<string> | null} foldedIDs spans that were folded before, where the trace is drawn again */
  drawSpans(foldedIDs) {
    this.waterfall?.stop();
    this.overview?.stop();
    const layout = layOut(this.trace.spans ?? []);
    const folded = foldedIDs
      ? new Set(layout.rows.filter((row) => foldedIDs.has(row.span.span_id)).map((row) => row.at))
      : initialFold(layout);
    const overview = new Overview(layout, (from, to) => waterfall.zoom(from, to));
    const waterfall = new Waterfall(layout, folded, {
      select: (row) => this.select(row.span),
      zoomed: (from, to) => overview.show(from, to),
    });
    this.waterfall = waterfall;
    this.overview = overview;
    overview.show(waterfall.from, waterfall.to);
    replace(
      this.main,
      layout.rows.length > 1 ? overview.element : null,
      this.tools(waterfall, layout, overview),
      waterfall.element,
    );
  }

  /**
   * @param {Waterfall} waterfall
   * @param {import('./waterfall-layout.js').Layout} layout
   * @param {Overview} overview
   */
  tools(waterfall, layout, overview) {
    const present = new Set(layout.rows.map((row) => row.kind));
    const legend = el(
      'ul',
      { class: 'legend', 'aria-label': 'Kinds' },
      KINDS.filter((kind) => present.has(kind)).map((kind) => el('li', {}, kindMark(kind), kind)),
    );
    if (layout.rows.length < 4) {
      return el(
        'div',
        { class: 'wf-tools' },
        legend,
        layout.rows.length > 1 ? el('div', { class: 'wf-actions' }, overview.tools) : null,
      );
    }
    const input = el('input', {
      type: 'search',
      class: 'text-input',
      placeholder: 'Find spans',
      'aria-label': 'Find spans',
      dir: 'auto',
    });
    const errors = el('button', { type: 'button', class: 'button', 'aria-pressed': 'false' }, icon('error'), 'Errors');
    const status = el('span', { class: 'faint', role: 'status' });
    const apply = () => {
      const wanted = input.value.trim().toLowerCase();
      const onlyErrors = errors.getAttribute('aria-pressed') === 'true';
      waterfall.filter(
        wanted || onlyErrors
          ? (row) =>
            (!onlyErrors || row.failed) &&
            (!wanted ||
              `${row.span.name} ${row.kind} ${row.span.span_id} ${row.span.model ?? ''}`.toLowerCase().includes(wanted))
          : null,
      );
      status.textContent = wanted || onlyErrors ? format.plural(waterfall.shown.length, 'row') : '';
    };
    input.addEventListener('input', debounce(apply, 80));
    errors.addEventListener('click', () => {
      errors.setAttribute('aria-pressed', String(errors.getAttribute('aria-pressed') !== 'true'));
      apply();
    });
    return el(
      'div',
      { class: 'wf-tools' },
      input,
      layout.rows.some((row) => row.failed) ? errors : null,
      status,
      legend,
      el(
        'div',
        { class: 'wf-actions' },
        el(
          'button',
          { type: 'button', class: 'text-button', on: { click: () => waterfall.toggleAll(true) } },
          'Unfold all',
        ),
        el('button', { type: 'button', class: 'text-button', on: { click: () => waterfall.toggleAll(false) } }, 'Fold'),
        overview.tools,
      ),
    );
  }

  /** @param {any} span */
  select(span) {
    this.route = withParams(this.route, { span: span.span_id });
    note(this.route);
    this.panel.show(this.id, span, undefined, !SpanPanel.beside);
  }

  deselect() {
    this.route = withParams(this.route, { span: undefined, pane: undefined });
    note(this.route);
    if (this.waterfall) {
      this.waterfall.selected = -1;
      this.waterfall.draw();
      this.waterfall.scroller.focus({ preventScroll: true });
    }
  }

  async poll() {
    // What could not be loaded may be there by now.
    if (this.failure) return this.load();
    if (!this.trace || this.abort.signal.aborted || this.trace.span_count > POLLED_SPANS_MAX) return;
    try {
      const trace = await get(path('traces', this.id), {}, this.abort.signal);
      if (JSON.stringify(trace) === JSON.stringify(this.trace)) return;
      this.take(trace);
      if (this.thread) await this.thread.news();
      if (!this.waterfall) return;
      const { layout, folded, scroller, from, to } = this.waterfall;
      const whole = from <= 0 && to >= layout.duration;
      const top = scroller.scrollTop;
      const had = scroller === document.activeElement;
      this.drawSpans(new Set([...folded].map((at) => layout.rows[at].span.span_id)));
      if (!whole) this.waterfall.zoom(from, to);
      const at = this.waterfall.layout.byID.get(this.route.params.span ?? '');
      if (at !== undefined) this.waterfall.selected = at;
      this.waterfall.scroller.scrollTop = top;
      if (had) this.waterfall.scroller.focus({ preventScroll: true });
    } catch (error) {
      // Of anything else the next look tells.
      if (error instanceof ApiError && error.status === 404) this.fail(error);
    }
  }
}
