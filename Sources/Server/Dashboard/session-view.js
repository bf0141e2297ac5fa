// A conversation: the thread in the middle, what is known of the session beside it.
import { ApiError, explain, get, getIfPresent, isAbort, path } from './api.js';
import * as cells from './cells.js';
import { el, replace } from './dom.js';
import * as format from './format.js';
import { icon } from './icons.js';
import { onNews } from './live.js';
import { link } from './navigation.js';
import { announce, copyButton } from './notices.js';
import { messageBody } from './parts.js';
import { setPlain, showsPlain } from './rich-text.js';
import { formatRoute } from './route.js';
import { sessionActions } from './session-actions.js';
import { Thread } from './thread.js';

/** @typedef {import('./route.js').Route} Route */

export class SessionView {
  /** @param {Route} route */
  constructor(route) {
    this.route = route;
    this.id = route.params.id ?? '';
    this.title = 'Session';
    this.abort = new AbortController();
    this.stopNews = () => {};
    /** @type {any} */
    this.row = null;
    /** What is said in place of the session, if it could not be had. */
    this.failure = '';
    this.stamp = '';
    this.head = el('header', { class: 'detail-head' });
    this.side = el('aside', { class: 'facts', 'aria-label': 'About this session' });
    this.system = el('div', { class: 'system-prompt' });
    this.main = el('div', { class: 'conversation' });
    this.element = el(
      'section',
      { class: 'detail session', 'aria-labelledby': 'view-title' },
      this.head,
      el('div', { class: 'columns' }, this.main, this.side),
    );
    this.thread = this.makeThread();
  }

  makeThread() {
    return new Thread(
      (page) => get(path('sessions', this.id, 'conversation'), page, this.abort.signal),
      () => ({ project: this.route.params.project, user: this.row?.user_id ?? null }),
    );
  }

  /** @param {Route} route */
  accepts(route) {
    return route.view === 'session' && route.params.id === this.id;
  }

  start() {
    this.stopNews = onNews(() => this.poll());
    return this.load();
  }

  async load() {
    if (!this.failure) replace(this.main, el('p', { class: 'faint loading-note' }, 'Loading…'));
    try {
      if (this.failure) this.thread = this.makeThread();
      const [row] = await Promise.all([get(path('sessions', this.id), {}, this.abort.signal), this.thread.start()]);
      this.failure = '';
      this.setRow(row);
      replace(this.main, this.tools(), this.system, this.thread.element);
      this.thread.redraw();
      if (!this.thread.length) {
        this.main.append(
          el(
            'div',
            { class: 'empty' },
            el('p', { class: 'empty-title' }, 'No turns'),
            el('p', {}, 'The traces of this session hold no exchange of messages.'),
          ),
        );
      }
      if (this.route.params.turn) await this.thread.reveal(Number(this.route.params.turn));
      this.loadSystemPrompt();
    } catch (error) {
      if (!isAbort(error)) this.fail(error);
    }
  }

  suspend() {
    this.abort.abort();
    this.stopNews();
    this.thread.stop();
  }

  /** @param {Route} route */
  update(route) {
    this.route = route;
    if (route.params.turn) this.thread.reveal(Number(route.params.turn));
  }

  /** @param {unknown} error */
  fail(error) {
    const gone = error instanceof ApiError && error.status === 404;
    this.row = null;
    const title = gone ? 'No such session' : 'Could not load';
    if (title === this.failure) return;
    this.failure = title;
    replace(this.head, el('h1', { id: 'view-title', tabindex: '-1', class: 'detail-title' }, title));
    replace(this.side);
    replace(
      this.main,
      el(
        'div',
        { class: 'empty' },
        el('p', {}, gone ? 'It was deleted, or a late span moved its traces to another project.' : explain(error)),
        link({ view: 'sessions', params: { project: this.route.params.project } }, {
          class: 'button',
        }, 'All sessions'),
      ),
    );
  }

  /** @param {any} row */
  setRow(row) {
    this.row = row;
    this.stamp = JSON.stringify(row);
    this.title = format.visible(row.display_name ?? row.name);
    document.title = `${this.title} · Steno`;
    this.drawHead();
    this.drawFacts();
  }

  drawHead() {
    const { row } = this;
    const neighbour = (
      /** @type {string | null} */ id,
      /** @type {string} */ label,
      /** @type {string} */ mark,
      /** @type {string} */ key,
    ) => (id
      ? link(
        {
          view: 'session',
          params: { project: this.route.params.project, id },
        },
        { class: 'icon-button framed', 'aria-label': label, title: `${label} (${key})`, data: { shortcut: key } },
        icon(mark),
      )
      : el('span', { class: 'icon-button framed off', title: `No ${label.toLowerCase()}` }, icon(mark)));
    replace(
      this.head,
      el(
        'div',
        { class: 'head-line' },
        el('h1', { id: 'view-title', tabindex: '-1', class: 'detail-title' }, cells.name(row.display_name ?? row.name)),
        copyButton(row.name, 'session name'),
        cells.statusName(row.status) === 'ok' ? null : cells.statusBadge(row.status),
        el(
          'div',
          { class: 'head-actions' },
          neighbour(row.previous_id, 'Previous session', 'up', '['),
          neighbour(row.next_id, 'Next session', 'down', ']'),
          sessionActions(row, this.route, () => this.reloadRow()),
        ),
      ),
      el(
        'p',
        { class: 'head-meta' },
        row.display_name ? [el('span', {}, 'name ', cells.name(row.name)), cells.dot()] : null,
        cells.copyableID(row.id, 'session ID'),
        cells.dot(),
        el('span', {}, 'project ', cells.name(row.project)),
        cells.dot(),
        el('span', { class: 'line' }, icon('user', 'small'), cells.userLink(row.user_id, row.project)),
        cells.dot(),
        el('span', {}, 'last activity ', cells.timeAgo(row.end_time)),
      ),
      el(
        'dl',
        { class: 'figures' },
        cells.figure('Turns', format.count(row.turn_count)),
        cells.figure(
          'Traces',
          link(
            {
              view: 'traces',
              params: {
                session_id: row.id,
                project: this.route.params.project,
              },
            },
            { class: 'quiet-link' },
            format.count(row.trace_count),
          ),
        ),
        cells.figure(
          'Duration',
          format.duration(row.duration_ms),
          'From the first span to the last, idle time included',
        ),
        cells.figure('Tokens', format.tokenSplit(row.tokens), format.tokenDetail(row.tokens)),
        cells.figure(
          'Cost',
          row.cost_usd === null || row.cost_usd === undefined ? format.UNKNOWN : format.cost(row.cost_usd),
          row.cost_usd === null ? 'Unknown: no cost reported and no price for the model' : `US$ ${row.cost_usd}`,
        ),
        cells.figure('Errors', row.error_count ? el('span', { class: 'bad' }, format.count(row.error_count)) : '0'),
      ),
    );
  }

  drawFacts() {
    const { row } = this;
    const group = (
      /** @type {string} */ title,
      /** @type {import('./dom.js').Child} */ body,
    ) => (body ? el('div', { class: 'fact-group' }, el('h2', {}, title), body) : null);
    const list = (
      /** @type {string[]} */ values,
    ) => (values?.length
      ? el('ul', { class: 'chips' }, values.map((value) => el('li', { class: 'chip' }, cells.name(value))))
      : null);
    replace(
      this.side,
      row.warnings?.length
        ? group('Warnings', el('ul', { class: 'warnings' }, row.warnings.map(cells.warningItem)))
        : null,
      group('Started', el('time', { datetime: row.start_time, title: row.start_time }, format.moment(row.start_time))),
      group('Ended', el('time', { datetime: row.end_time, title: row.end_time }, format.moment(row.end_time))),
      group(
        'Users',
        row.user_ids?.length > 1
          ? el(
            'ul',
            { class: 'plain' },
            row.user_ids.map((/** @type {string} */ user) => el('li', {}, cells.userLink(user, row.project))),
          )
          : null,
      ),
      group('Models', list(row.models)),
      group('Services', list(row.services)),
      group('Tags', list(row.tags)),
      group('Metadata keys', list(row.metadata_keys)),
      this.explanation(),
    );
  }

  /** Why these traces are one session: asked for when unfolded. */
  explanation() {
    const body = el('div', {});
    const details = el('details', { class: 'fold explain' }, el('summary', {}, 'Why these traces?'), body);
    details.addEventListener('toggle', async () => {
      if (!details.open || body.childNodes.length) return;
      try {
        const answer = await get(path('sessions', this.id, 'explain'), {}, this.abort.signal);
        replace(
          body,
          el(
            'ul',
            { class: 'explanation' },
            (answer.data ?? []).slice(0, 200).map((/** @type {any} */ entry) =>
              el(
                'li',
                {},
                link(
                  { view: 'trace', params: { id: entry.trace_id, span: entry.span_id } },
                  {},
                  el('code', {}, format.shortID(entry.trace_id)),
                ),
                ' by ',
                el('code', {}, format.visible(entry.key ?? entry.session?.key ?? entry.rule ?? '')),
                // The usual rule names the key once more.
                entry.rule && !entry.rule.endsWith(`: ${entry.key}`)
                  ? el('span', { class: 'faint' }, ` (${format.visible(entry.rule)})`)
                  : null,
              )
            ),
          ),
        );
      } catch (error) {
        if (!isAbort(error)) {
          replace(
            body,
            el(
              'p',
              { class: 'faint' },
              error instanceof ApiError && error.status === 404 ? 'This server can’t explain yet.' : explain(error),
            ),
          );
        }
      }
    });
    return details;
  }

  tools() {
    const plain = el('button', { type: 'button', 'aria-pressed': String(showsPlain()) }, 'As written');
    const rendered = el('button', { type: 'button', 'aria-pressed': String(!showsPlain()) }, 'Markdown');
    const choose = (/** @type {boolean} */ value) => {
      setPlain(value);
      plain.setAttribute('aria-pressed', String(value));
      rendered.setAttribute('aria-pressed', String(!value));
      this.thread.redraw();
    };
    plain.addEventListener('click', () => choose(true));
    rendered.addEventListener('click', () => choose(false));
    return el(
      'div',
      { class: 'thread-tools' },
      el('div', { class: 'segments', role: 'group', 'aria-label': 'Text' }, rendered, plain),
      this.row?.turn_count > 5
        ? el(
          'button',
          { type: 'button', class: 'text-button', on: { click: () => this.thread.revealLast() } },
          'Jump to the last turn',
        )
        : null,
    );
  }

  /** The system prompt is not part of any turn; the transcript has it. */
  async loadSystemPrompt() {
    try {
      const page = await getIfPresent(
        'messages',
        path('sessions', this.id, 'messages'),
        { limit: 5 },
        this.abort.signal,
      );
      const prompts = (page?.data ?? []).filter((/** @type {any} */ message) => message.role === 'system');
      if (!prompts.length) return;
      replace(
        this.system,
        prompts.map((/** @type {any} */ message) =>
          el(
            'details',
            { class: 'fold' },
            el(
              'summary',
              {},
              el('span', {}, 'System prompt'),
              el(
                'span',
                { class: 'tool-brief', dir: 'auto' },
                format.visible(String(message.content ?? '').slice(0, 140)),
              ),
            ),
            messageBody(message),
          )
        ),
      );
    } catch {
      // The thread is whole without it.
    }
  }

  async reloadRow() {
    this.setRow(await get(path('sessions', this.id), {}, this.abort.signal));
  }

  async poll() {
    // What could not be loaded may be there by now.
    if (this.failure) return this.load();
    if (!this.row || this.abort.signal.aborted) return;
    try {
      const row = await get(path('sessions', this.id), {}, this.abort.signal);
      if (JSON.stringify(row) === this.stamp) return;
      const { activeElement } = document;
      if (!this.head.contains(activeElement) && !this.side.contains(activeElement)) this.setRow(row);
      const fresh = await this.thread.news();
      if (fresh) announce(`${format.plural(fresh, 'new turn')}`);
    } catch (error) {
      // Of anything else the next look tells.
      if (error instanceof ApiError && error.status === 404) this.fail(error);
    }
  }

  href() {
    return formatRoute(this.route);
  }
}
