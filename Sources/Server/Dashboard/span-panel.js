// Everything that is known of one span, in a dialog: beside the waterfall where there is room, else
// over it.
import { explain, get, isAbort, path } from './api.js';
import { attributePanel, attributeTable } from './attributes.js';
import * as cells from './cells.js';
import { el, replace } from './dom.js';
import * as format from './format.js';
import { icon, kindMark } from './icons.js';
import { kindName } from './kinds.js';
import { link } from './navigation.js';
import { copyButton } from './notices.js';
import { spanToOTLP } from './otlp-json.js';
import { messageBody, toolCall } from './parts.js';
import { richText } from './rich-text.js';

const WIDE = matchMedia('(min-width: 1100px)');

const PANES = ['attributes', 'messages', 'events', 'resource', 'raw'];

export class SpanPanel {
  /** @param {{ pane: (pane: string) => void, closed: () => void }} options */
  constructor(options) {
    this.options = options;
    this.dialog = el('dialog', { class: 'span-panel', 'aria-labelledby': 'span-title' });
    this.abort = new AbortController();
    this.pane = PANES[0];
    /** @type {any} */
    this.detail = null;
    this.dialog.addEventListener('cancel', (/** @type {Event} */ event) => {
      event.preventDefault();
      this.close();
    });
    this.dialog.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      if (event.key === 'Escape' && !event.defaultPrevented) this.close();
    });
    this.fit = () => {
      if (!this.dialog.open) return;
      this.dialog.close();
      this.open();
    };
    WIDE.addEventListener('change', this.fit);
  }

  stop() {
    this.abort.abort();
    WIDE.removeEventListener('change', this.fit);
    this.dialog.close();
  }

  static get beside() {
    return WIDE.matches;
  }

  open() {
    if (this.dialog.open) return;
    // The attribute, not show(): that would take the focus from the waterfall.
    if (WIDE.matches) this.dialog.setAttribute('open', '');
    else this.dialog.showModal();
  }

  close() {
    this.dialog.close();
    this.options.closed();
  }

  /**
   * @param {string} traceID
   * @param {any} span the row of the tree
   * @param {string | undefined} pane
   * @param {boolean} focus
   */
  async show(traceID, span, pane, focus) {
    this.abort.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    if (pane && PANES.includes(pane)) this.pane = pane;
    replace(this.dialog, this.head(span), el('p', { class: 'faint loading-note' }, 'Loading…'));
    this.open();
    if (focus) this.dialog.querySelector('button')?.focus();
    try {
      this.detail = await get(path('traces', traceID, 'spans', span.span_id), {}, signal);
      if (!signal.aborted) this.draw(this.detail);
    } catch (error) {
      if (!isAbort(error)) replace(this.dialog, this.head(span), el('p', { class: 'field-error' }, explain(error)));
    }
  }

  /** @param {any} span */
  head(span) {
    return el(
      'header',
      { class: 'panel-head' },
      el(
        'div',
        { class: 'line' },
        kindMark(span.kind),
        el('h2', { id: 'span-title' }, cells.name(span.name || span.span_id)),
        el('button', {
          type: 'button',
          class: 'icon-button',
          'aria-label': 'Close span',
          title: 'Close (Esc)',
          on: { click: () => this.close() },
        }, icon('close')),
      ),
      el(
        'p',
        { class: 'head-meta' },
        el('span', { class: 'kind-name' }, kindName(span.kind)),
        cells.statusBadge(span.status),
        cells.copyableID(span.span_id, 'span ID'),
      ),
    );
  }

  /** @param {any} detail */
  draw(detail) {
    const counts = /** @type {Record<string, number>} */ ({
      attributes: Object.keys(detail.attributes ?? {}).length,
      events: (detail.events ?? []).length + (detail.links ?? []).length + (detail.logs ?? []).length,
      messages: messagesOf(detail).length,
    });
    const panel = el('div', { role: 'tabpanel', id: 'span-pane', class: 'pane', tabindex: '0' });
    const titles = /** @type {Record<string, string>} */ ({
      attributes: 'Attributes',
      messages: 'Messages',
      events: 'Events',
      resource: 'Resource',
      raw: 'Raw',
    });
    const tabs = PANES.map((pane) =>
      el(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `pane-${pane}`,
          'aria-controls': 'span-pane',
          data: { pane },
          on: { click: () => choose(pane, true) },
        },
        titles[pane],
        counts[pane] ? el('span', { class: 'tab-count' }, counts[pane]) : null,
      )
    );
    const choose = (/** @type {string} */ pane, /** @type {boolean} */ tell) => {
      this.pane = pane;
      for (const tab of tabs) {
        const on = tab.dataset.pane === pane;
        tab.setAttribute('aria-selected', String(on));
        tab.setAttribute('tabindex', on ? '0' : '-1');
      }
      panel.setAttribute('aria-labelledby', `pane-${pane}`);
      replace(panel, this.content(pane, detail));
      panel.scrollTop = 0;
      if (tell) this.options.pane(pane);
    };
    const list = el('div', { role: 'tablist', class: 'pane-tabs', 'aria-label': 'Span' }, tabs);
    list.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      const step = { ArrowRight: 1, ArrowLeft: PANES.length - 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = PANES[(PANES.indexOf(this.pane) + step) % PANES.length];
      choose(next, true);
      tabs[PANES.indexOf(next)].focus();
    });
    const heldFocus = this.dialog.contains(document.activeElement);
    replace(this.dialog, this.head(detail), this.figures(detail), list, panel);
    choose(this.pane, false);
    if (heldFocus) tabs[PANES.indexOf(this.pane)].focus();
  }

  /** @param {any} detail */
  figures(detail) {
    const status = detail.status?.message;
    return el(
      'div',
      { class: 'panel-figures' },
      el(
        'dl',
        { class: 'figures' },
        cells.figure(
          'Duration',
          format.duration(detail.duration_ms ?? format.between(detail.start_time, detail.end_time)),
        ),
        cells.figure(
          'Started',
          format.clock(detail.start_time),
          `${format.moment(detail.start_time)} · ${detail.start_time}`,
        ),
        detail.model ? cells.figure('Model', cells.name(detail.model)) : null,
        detail.tokens
          ? cells.figure('Tokens', format.tokenSplit(detail.tokens), format.tokenDetail(detail.tokens))
          : null,
        detail.cost_usd !== null && detail.cost_usd !== undefined
          ? cells.figure('Cost', format.cost(detail.cost_usd), `US$ ${detail.cost_usd}`)
          : null,
      ),
      status
        ? el(
          'div',
          { class: 'error-box' },
          icon('error'),
          el(
            'pre',
            { dir: 'auto', tabindex: '0', role: 'region', 'aria-label': 'Status message' },
            String(status).slice(0, 8000),
          ),
        )
        : null,
    );
  }

  /** @param {string} pane @param {any} detail @returns {import('./dom.js').Child} */
  content(pane, detail) {
    if (pane === 'messages') return messagePane(detail);
    if (pane === 'events') return eventPane(detail);
    if (pane === 'resource') return resourcePane(detail);
    if (pane === 'raw') return rawPane(detail);
    const metadata = detail.metadata && Object.keys(detail.metadata).length ? detail.metadata : null;
    return [
      metadata ? el('section', {}, el('h3', {}, 'Metadata'), attributeTable(metadata, 'Metadata')) : null,
      el('section', {}, el('h3', {}, 'Attributes'), attributePanel(detail.attributes)),
      detail.dropped_attributes_count
        ? el(
          'p',
          { class: 'warn-note' },
          icon('warning'),
          `The SDK dropped ${
            format.plural(detail.dropped_attributes_count, 'attribute')
          }. OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT lifts its limit.`,
        )
        : null,
    ];
  }
}

/** @param {any} detail @returns {any[]} */
function messagesOf(detail) {
  return [...(detail.input_messages ?? []), ...(detail.output_messages ?? [])];
}

/** @param {any} detail */
function messagePane(detail) {
  const messages = messagesOf(detail);
  if (!messages.length) return el('p', { class: 'faint' }, 'This span carries no messages.');
  return messages.slice(0, 500).map((message) =>
    el(
      'section',
      { class: `message role-${/^(system|user|assistant|tool)$/.test(message.role) ? message.role : 'other'}` },
      el(
        'h3',
        { class: 'speaker' },
        format.visible(message.role ?? 'message'),
        message.name ? ` · ${format.visible(message.name)}` : '',
      ),
      messageBody(message),
      (message.tool_calls ?? []).map((/** @type {any} */ call) => toolCall(call)),
    )
  );
}

/** @param {any} detail */
function eventPane(detail) {
  const logs = detail.logs ?? [];
  const events = detail.events ?? [];
  const links = detail.links ?? [];
  return [
    el('h3', {}, 'Events'),
    events.length
      ? events.slice(0, 500).map((/** @type {any} */ event) =>
        el(
          'section',
          { class: 'event' },
          el(
            'p',
            { class: 'line' },
            cells.name(event.name, 'strong'),
            el(
              'span',
              { class: 'faint', title: event.time },
              `+${format.duration(format.between(detail.start_time, event.time))}`,
            ),
          ),
          typeof event.attributes?.['exception.stacktrace'] === 'string'
            ? richText(`\`\`\`\n${event.attributes['exception.stacktrace'].replaceAll('```', "'''")}\n\`\`\``)
            : null,
          Object.keys(event.attributes ?? {}).length
            ? attributeTable(event.attributes, `Attributes of event ${format.visible(event.name)}`)
            : null,
        )
      )
      : el('p', { class: 'faint' }, 'None.'),
    logs.length ? el('h3', {}, 'Log records') : null,
    logs.slice(0, 500).map((/** @type {any} */ log) =>
      el(
        'section',
        { class: 'event' },
        el(
          'p',
          { class: 'line' },
          cells.name(log.event_name || 'log', 'strong'),
          el(
            'span',
            { class: 'faint', title: log.time },
            `+${format.duration(format.between(detail.start_time, log.time))}`,
          ),
        ),
        attributeTable({ body: log.body, ...log.attributes }, 'Log record'),
      )
    ),
    el('h3', {}, 'Links'),
    links.length
      ? links.slice(0, 500).map((/** @type {any} */ other) =>
        el(
          'section',
          { class: 'event' },
          el(
            'p',
            { class: 'line' },
            'to span ',
            link(
              { view: 'trace', params: { id: other.trace_id, span: other.span_id } },
              {},
              el('code', {}, format.shortID(other.span_id)),
            ),
            ' of trace ',
            el('code', {}, format.shortID(other.trace_id)),
          ),
          Object.keys(other.attributes ?? {}).length
            ? attributeTable(other.attributes, 'Attributes of the link')
            : null,
        )
      )
      : el('p', { class: 'faint' }, 'None.'),
  ];
}

/** @param {any} detail */
function resourcePane(detail) {
  const resource = detail.resource?.attributes ?? detail.resource ?? {};
  const scope = detail.scope ?? {};
  return [
    el('h3', {}, 'Resource'),
    attributeTable(resource, 'Resource attributes'),
    el('h3', {}, 'Scope'),
    el(
      'p',
      { class: 'line' },
      scope.name ? cells.name(scope.name, 'strong') : el('span', { class: 'faint' }, 'unnamed'),
      scope.version ? el('code', {}, format.visible(scope.version)) : null,
    ),
    scope.attributes && Object.keys(scope.attributes).length
      ? attributeTable(scope.attributes, 'Scope attributes')
      : null,
  ];
}

/** @param {any} detail */
function rawPane(detail) {
  const text = JSON.stringify(detail.otlp ?? spanToOTLP(detail), null, 2);
  return [
    el(
      'div',
      { class: 'panel-tools' },
      el('span', { class: 'faint' }, 'OTLP/JSON'),
      copyButton(text, 'OTLP', { class: 'button copy' }, 'Copy'),
    ),
    el(
      'pre',
      { class: 'json raw', tabindex: '0', role: 'region', 'aria-label': 'OTLP JSON' },
      el('code', {}, text.length > 300_000 ? `${text.slice(0, 300_000)}…` : text),
    ),
  ];
}
