// The tree of spans beside their bars. Only the rows in view are in the document, so ten thousand
// spans scroll as ten do.
import * as cells from './cells.js';
import { el, replace } from './dom.js';
import * as format from './format.js';
import { icon, kindMark } from './icons.js';
import { ticks } from './series.js';
import { ownTime, shownRows } from './waterfall-layout.js';

/** @typedef {import('./waterfall-layout.js').Layout} Layout */
/** @typedef {import('./waterfall-layout.js').Row} Row */

const ROW_PIXELS = 28;
const SPARE_ROWS = 12;
const INDENTED_LEVELS_MAX = 16;

export class Waterfall {
  /**
   * @param {Layout} layout @param {Set<number>} folded
   * @param {{ select: (row: Row) => void, zoomed: (from: number, to: number) => void }} options
   */
  constructor(layout, folded, options) {
    this.layout = layout;
    this.folded = folded;
    this.options = options;
    this.from = 0;
    this.to = layout.duration || 1;
    /** @type {number[]} */
    this.shown = [];
    this.active = 0;
    this.selected = -1;
    /** @type {((row: Row) => boolean) | null} */
    this.matches = null;
    this.axis = el('div', { class: 'axis', 'aria-hidden': 'true' });
    this.rows = el('div', { class: 'wf-rows', role: 'rowgroup' });
    this.scroller = el(
      'div',
      { class: 'wf-scroll', role: 'treegrid', tabindex: '0', 'aria-label': 'Spans' },
      this.rows,
    );
    this.element = el(
      'div',
      { class: 'waterfall' },
      el('div', { class: 'wf-head' }, el('span', { class: 'wf-head-name' }, 'Span'), this.axis),
      this.scroller,
    );
    this.scroller.addEventListener('scroll', () => this.request());
    this.scroller.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.key(event));
    this.scroller.addEventListener('click', (/** @type {MouseEvent} */ event) => this.click(event));
    this.scroller.addEventListener('dblclick', () => this.zoomTo(this.layout.rows[this.shown[this.active]]));
    this.resize = new ResizeObserver(() => this.request());
    this.resize.observe(this.scroller);
    this.pending = false;
    this.recompute();
  }

  stop() {
    this.resize.disconnect();
  }

  /** @param {((row: Row) => boolean) | null} matches */
  filter(matches) {
    this.matches = matches;
    this.recompute();
  }

  recompute() {
    this.shown = shownRows(this.layout, this.folded, this.matches);
    this.active = Math.max(0, Math.min(this.active, this.shown.length - 1));
    this.rows.style.setProperty('--height', `${this.shown.length * ROW_PIXELS}px`);
    this.scroller.setAttribute('aria-rowcount', String(this.shown.length));
    this.request();
  }

  /** @param {number} from @param {number} to ms since the trace began */
  zoom(from, to) {
    const least = Math.max(this.layout.duration / 1e5, 1e-4);
    this.from = Math.max(0, from);
    this.to = Math.max(this.from + least, Math.min(this.layout.duration || 1, to));
    this.options.zoomed(this.from, this.to);
    this.request();
  }

  /** Zooms to a row, or out again. @param {Row} row */
  zoomTo(row) {
    const margin = (row.end - row.start) * 0.05;
    const there = Math.abs(this.from - Math.max(0, row.start - margin)) < 1e-9;
    if (there) this.zoom(0, this.layout.duration);
    else this.zoom(row.start - margin, row.end + margin);
  }

  request() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.draw();
    });
  }

  draw() {
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / ROW_PIXELS) - SPARE_ROWS);
    const last = Math.min(
      this.shown.length,
      Math.ceil((this.scroller.scrollTop + this.scroller.clientHeight) / ROW_PIXELS) + SPARE_ROWS,
    );
    const positions = [];
    for (let at = first; at < last; at += 1) positions.push(at);
    if (this.shown.length && (this.active < first || this.active >= last)) positions.push(this.active);
    replace(this.rows, positions.map((position) => this.row(position)));
    if (this.shown.length) this.scroller.setAttribute('aria-activedescendant', `wf-${this.shown[this.active]}`);
    else this.scroller.removeAttribute('aria-activedescendant');
    this.drawAxis();
  }

  drawAxis() {
    const span = this.to - this.from;
    replace(
      this.axis,
      ticks(span, Math.max(2, Math.floor(this.axis.clientWidth / 80))).map((at) =>
        el(
          'span',
          { class: 'tick', vars: { '--at': `${(at / span) * 100}%` } },
          at + this.from === 0 ? '0' : format.duration(at + this.from),
        )
      ),
    );
  }

  /** @param {number} position among the rows that are shown */
  row(position) {
    const row = this.layout.rows[this.shown[position]];
    const { span } = row;
    const parent = row.children.length > 0;
    const open = parent && !this.folded.has(row.at);
    const level = Math.min(row.depth, INDENTED_LEVELS_MAX);
    return el(
      'div',
      {
        class: `wf-row${row.at === this.selected ? ' selected' : ''}${position === this.active ? ' active' : ''}`,
        role: 'row',
        id: `wf-${row.at}`,
        'aria-level': row.depth + 1,
        'aria-rowindex': position + 1,
        'aria-expanded': parent ? String(open) : null,
        'aria-selected': String(row.at === this.selected),
        data: { at: row.at },
        vars: { '--y': `${position * ROW_PIXELS}px`, '--level': level },
      },
      el(
        'div',
        { class: 'wf-name', role: 'gridcell' },
        parent
          ? el(
            'span',
            { class: 'twist', 'data-twist': '', 'aria-hidden': 'true' },
            icon(open ? 'down' : 'right', 'small'),
          )
          : el('span', { class: 'twist' }),
        kindMark(span.kind),
        el('span', { class: 'sr' }, `${row.kind} `),
        cells.name(span.name),
        row.failed
          ? el(
            'span',
            { class: 'bad', title: 'Status ERROR' },
            icon('error', 'small'),
            el('span', { class: 'sr' }, 'error'),
          )
          : null,
        parent && !open ? el('span', { class: 'folded-count' }, format.compact(row.last - row.at)) : null,
      ),
      el('div', { class: 'wf-bars', role: 'gridcell' }, this.bar(row)),
    );
  }

  /** @param {Row} row */
  bar(row) {
    const span = this.to - this.from;
    const percent = (/** @type {number} */ at) => Math.max(0, Math.min(100, ((at - this.from) / span) * 100));
    const text = format.duration(row.end - row.start);
    if (row.end < this.from || row.start > this.to) {
      return el('span', { class: `wf-off ${row.end < this.from ? 'before' : 'after'}` }, text);
    }
    const left = percent(row.start);
    const right = percent(row.end);
    const pieces = row.children.length ? ownTime(this.layout, row.at, this.from, this.to) : null;
    const width = Math.max(right - left, 1e-6);
    return [
      el(
        'span',
        {
          class: `wf-bar kind-${row.kind}${row.failed ? ' failed' : ''}${pieces ? ' parent' : ''}`,
          vars: { '--left': `${left}%`, '--width': `${right - left}%` },
        },
        pieces?.map(([start, end]) =>
          el('i', {
            vars: {
              '--left': `${((percent(start) - left) / width) * 100}%`,
              '--width': `${((percent(end) - percent(start)) / width) * 100}%`,
            },
          })
        ),
      ),
      el('span', {
        class: `wf-time${right > 80 ? (left > 20 ? ' left' : ' inside') : ''}`,
        vars: { '--left': `${left}%`, '--right': `${right}%` },
      }, text),
    ];
  }

  /** @param {MouseEvent} event */
  click(event) {
    const node = event.target instanceof Element ? event.target.closest('.wf-row') : null;
    if (!(node instanceof HTMLElement)) return;
    const at = Number(node.dataset.at);
    this.active = this.shown.indexOf(at);
    if (event.target instanceof Element && event.target.closest('[data-twist]')) this.toggle(at);
    else this.choose(at);
  }

  /** @param {number} at */
  toggle(at) {
    if (!this.layout.rows[at].children.length) return;
    if (!this.folded.delete(at)) this.folded.add(at);
    this.recompute();
  }

  /** @param {boolean} open */
  toggleAll(open) {
    this.folded.clear();
    if (!open) {
      for (const row of this.layout.rows) {
        if (row.children.length && row.depth > 0) this.folded.add(row.at);
      }
    }
    this.recompute();
  }

  /** @param {number} at */
  choose(at) {
    this.selected = at;
    this.request();
    this.options.select(this.layout.rows[at]);
  }

  /** Shows a row wherever it is folded away. @param {number} at */
  reveal(at) {
    this.selected = at;
    let parent = this.layout.byID.get(this.layout.rows[at].span.parent_span_id ?? '');
    while (parent !== undefined) {
      this.folded.delete(parent);
      parent = this.layout.byID.get(this.layout.rows[parent].span.parent_span_id ?? '');
    }
    this.recompute();
    const position = this.shown.indexOf(at);
    if (position >= 0) this.move(position);
  }

  /** @param {number} position */
  move(position) {
    this.active = Math.max(0, Math.min(this.shown.length - 1, position));
    const top = this.active * ROW_PIXELS;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (clientHeight && top + ROW_PIXELS > scrollTop + clientHeight) {
      this.scroller.scrollTop = top + ROW_PIXELS - clientHeight;
    }
    this.draw();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.shown.length) return;
    const at = this.shown[this.active];
    const row = this.layout.rows[at];
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / ROW_PIXELS) - 1);
    const steps = /** @type {Record<string, number>} */ ({
      ArrowDown: 1,
      j: 1,
      ArrowUp: -1,
      k: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    });
    const open = row.children.length > 0 && !this.folded.has(at);
    if (event.key in steps) this.move(Math.max(0, Math.min(this.shown.length - 1, this.active + steps[event.key])));
    else if (event.key === 'ArrowRight') open ? this.move(this.active + 1) : this.toggle(at);
    else if (event.key === 'ArrowLeft') this.outward(at, open);
    else if (event.key === 'Enter' || event.key === ' ') this.choose(at);
    else if (event.key === 'z') this.zoomTo(row);
    else return;
    event.preventDefault();
  }

  /** @param {number} at @param {boolean} open */
  outward(at, open) {
    if (open) return this.toggle(at);
    const parent = this.layout.byID.get(this.layout.rows[at].span.parent_span_id ?? '');
    if (parent !== undefined) this.move(this.shown.indexOf(parent));
  }
}
