// All spans of a trace in one strip: where the time went, and a window on it that zooms the waterfall.
import { el } from './dom.js';
import * as format from './format.js';

/** @typedef {import('./waterfall-layout.js').Layout} Layout */

const HEIGHT_MAX = 48;
const LANE_MAX = 9;

export class Overview {
  /** @param {Layout} layout @param {(from: number, to: number) => void} zoom */
  constructor(layout, zoom) {
    this.layout = layout;
    this.zoom = zoom;
    const deepest = layout.rows.reduce((depth, row) => Math.max(depth, row.depth), 0);
    this.lane = Math.max(2, Math.min(LANE_MAX, Math.floor((HEIGHT_MAX - 4) / (deepest + 1))));
    this.height = Math.min(HEIGHT_MAX, this.lane * (deepest + 1) + 4);
    this.canvas = el('canvas', { class: 'overview-canvas', 'aria-hidden': 'true' });
    this.window = el('span', { class: 'overview-window', hidden: true });
    this.area = el('div', { class: 'overview-area' }, this.canvas, this.window);
    this.label = el('span', { class: 'faint overview-label', role: 'status' });
    this.fit = el('button', {
      type: 'button',
      class: 'text-button',
      hidden: true,
      on: { click: () => zoom(0, layout.duration) },
    }, 'Show all');
    const step = (/** @type {number} */ factor) => {
      const middle = (this.from + this.to) / 2;
      const half = ((this.to - this.from) / 2) * factor;
      zoom(Math.max(0, middle - half), Math.min(layout.duration, middle + half));
    };
    this.tools = el(
      'div',
      { class: 'overview-tools' },
      this.label,
      this.fit,
      el('button', {
        type: 'button',
        class: 'icon-button framed',
        'aria-label': 'Zoom in',
        title: 'Zoom in',
        on: { click: () => step(0.5) },
      }, '+'),
      el('button', {
        type: 'button',
        class: 'icon-button framed',
        'aria-label': 'Zoom out',
        title: 'Zoom out',
        on: { click: () => step(2) },
      }, '−'),
    );
    this.element = el('div', { class: 'overview', vars: { '--strip': `${this.height}px` } }, this.area);
    this.from = 0;
    this.to = layout.duration;
    this.resize = new ResizeObserver(() => this.draw());
    this.resize.observe(this.area);
    this.themes = new MutationObserver(() => this.draw());
    this.themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.brush();
  }

  stop() {
    this.resize.disconnect();
    this.themes.disconnect();
  }

  /** @param {number} from @param {number} to */
  show(from, to) {
    this.from = from;
    this.to = to;
    const { duration } = this.layout;
    const whole = from <= 0 && to >= duration;
    this.window.hidden = whole;
    this.fit.hidden = whole;
    this.label.textContent = whole ? '' : `${format.duration(from)} – ${format.duration(to)}`;
    const percent = (/** @type {number} */ length) => `${(length / (duration || 1)) * 100}%`;
    this.window.style.setProperty('--from', percent(from));
    this.window.style.setProperty('--width', percent(to - from));
  }

  draw() {
    const { clientWidth } = this.area;
    const context = this.canvas.getContext('2d');
    if (!context || !clientWidth) return;
    const ratio = Math.min(2, devicePixelRatio || 1);
    this.canvas.width = clientWidth * ratio;
    this.canvas.height = this.height * ratio;
    context.scale(ratio, ratio);
    const style = getComputedStyle(this.area);
    /** @type {Map<string, string>} */
    const colours = new Map();
    const colour = (/** @type {string} */ name) => {
      let value = colours.get(name);
      if (value === undefined) {
        value = style.getPropertyValue(`--${name}`).trim() || '#888';
        colours.set(name, value);
      }
      return value;
    };
    const { lane, height } = this;
    const { rows, duration } = this.layout;
    const scale = clientWidth / (duration || 1);
    for (const row of rows) {
      const y = 2 + Math.min(height - 4 - lane, row.depth * lane);
      context.fillStyle = colour(row.failed ? 'bad' : `kind-${row.kind}`);
      context.globalAlpha = row.children.length ? 0.45 : 0.9;
      context.fillRect(row.start * scale, y, Math.max(1, (row.end - row.start) * scale), Math.max(1, lane - 1));
    }
  }

  brush() {
    let start = -1;
    const timeAt = (/** @type {PointerEvent} */ event) => {
      const box = this.area.getBoundingClientRect();
      return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * this.layout.duration;
    };
    this.area.addEventListener('pointerdown', (/** @type {PointerEvent} */ event) => {
      if (event.button !== 0) return;
      start = timeAt(event);
      this.area.setPointerCapture(event.pointerId);
    });
    this.area.addEventListener('pointermove', (/** @type {PointerEvent} */ event) => {
      if (start >= 0) this.show(Math.min(start, timeAt(event)), Math.max(start, timeAt(event)));
    });
    this.area.addEventListener('pointerup', (/** @type {PointerEvent} */ event) => {
      if (start < 0) return;
      const [from, to] = [Math.min(start, timeAt(event)), Math.max(start, timeAt(event))];
      start = -1;
      // A click is not a range.
      if (to - from < this.layout.duration / 200) this.zoom(0, this.layout.duration);
      else this.zoom(from, to);
    });
    this.area.addEventListener('pointercancel', () => {
      start = -1;
    });
  }
}
