// Small charts above the lists: figures over time under the filters of the list. Dragging over one sets the range.
import { getIfPresent, isAbort, isAbsent } from './api.js';
import { el, svg } from './dom.js';
import * as format from './format.js';
import { highest, intervalFor, sum, toBuckets } from './series.js';

const METRICS = [
  { metric: 'sessions', title: 'Sessions', show: format.compact, views: ['sessions', 'traces'] },
  { metric: 'traces', title: 'Traces', show: format.compact, views: ['traces'] },
  { metric: 'tokens', title: 'Tokens', show: format.compact, views: ['sessions', 'traces'] },
  { metric: 'cost_usd', title: 'Cost', show: format.cost, views: ['sessions', 'traces'] },
  { metric: 'errors', title: 'Errors', show: format.compact, views: ['sessions', 'traces'], tone: 'bad' },
  { metric: 'latency', title: 'Latency', show: format.duration, views: ['sessions', 'traces'], lines: true },
];

const STRETCH = 'none';

export class Charts {
  /** @param {string} view @param {(from: string, to: string) => void} onRange */
  constructor(view, onRange) {
    this.onRange = onRange;
    this.metrics = METRICS.filter((metric) => metric.views.includes(view)).filter((metric) =>
      view !== 'traces' || metric.metric !== 'sessions'
    );
    this.element = el('div', {
      class: 'charts',
      role: 'group',
      'aria-label': 'Figures over time',
      tabindex: '0',
    }, this.metrics.map((metric) => this.frame(metric)));
  }

  /**
   * @param {Record<string, string>} question of the list
   * @param {Promise<{ from: number, to: number }>} known extent of the data, ms
   * @param {AbortSignal} signal
   */
  async load(question, known, signal) {
    if (isAbsent('timeseries')) return;
    const extent = await known;
    if (signal.aborted) return;
    const from = question.from ? Date.parse(question.from) : extent.from;
    const to = question.to ? Date.parse(question.to) : extent.to;
    if (!(to > from)) return;
    const interval = intervalFor(from, to);
    const { sort: _, ...filters } = question;
    const base = {
      ...filters,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      interval: interval.name,
    };
    try {
      const ask = (/** @type {any} */ { metric }) =>
        getIfPresent('timeseries', 'api/v1/timeseries', { ...base, metric }, signal);
      const draw = async (/** @type {any} */ metric, /** @type {number} */ at) => {
        const answer = await ask(metric);
        if (signal.aborted || !answer) return answer;
        this.element.children[at].replaceWith(
          this.chart(metric, toBuckets(answer, from, to, interval.ms), interval.ms),
        );
        return answer;
      };
      if (!await draw(this.metrics[0], 0)) return this.hide();
      this.element.hidden = false;
      // Each is shown as soon as it is there: figures of a large store take their time.
      await Promise.all(this.metrics.slice(1).map((metric, at) => draw(metric, at + 1)));
    } catch (error) {
      if (!isAbort(error)) this.hide();
    }
  }

  hide() {
    this.element.hidden = true;
  }

  /** The place of a chart whose figures are on their way: rows below it must not jump. @param {any} metric */
  frame(metric) {
    return el(
      'div',
      { class: 'chart' },
      el(
        'div',
        { class: 'chart-head' },
        el('span', { class: 'chart-title' }, metric.title),
        el('span', { class: 'chart-value' }, '\u00a0'),
      ),
      el('div', { class: 'plot-area' }, svg('svg', { class: 'plot', 'aria-hidden': 'true' })),
    );
  }

  /**
   * @param {any} metric
   * @param {{ names: string[], buckets: import('./series.js').Bucket[] }} series
   * @param {number} step
   */
  chart(metric, series, step) {
    const { buckets } = series;
    const headline = metric.lines ? lastValues(series, metric.show) : metric.show(sum(buckets));
    const value = el('span', { class: 'chart-value' }, headline);
    // The first one says which time all of them show.
    const idle = metric.lines ? 'p50 · p95' : metric === this.metrics[0] ? range(buckets, step) : '';
    const when = el('span', { class: 'chart-when' }, idle);
    const plot = svg('svg', {
      class: 'plot',
      viewBox: `0 0 ${buckets.length} 100`,
      preserveAspectRatio: STRETCH,
      role: 'img',
      'aria-label': `${metric.title}: ${headline}, highest ${
        metric.show(highest(buckets))
      } in one of ${buckets.length} intervals`,
    }, metric.lines ? lines(series) : bars(buckets));
    const brush = el('span', { class: 'brush', hidden: true });
    const area = el('div', { class: 'plot-area' }, plot, brush);
    this.attachBrush(area, brush, buckets, step, (/** @type {number | null} */ at) => {
      const bucket = at === null ? null : buckets[at];
      value.textContent = bucket ? bucket.values.slice(0, 2).map((v) => metric.show(v)).join(' · ') : headline;
      when.textContent = bucket ? label(bucket.start, step) : idle;
    });
    return el(
      'div',
      { class: `chart ${metric.tone ?? ''}` },
      el('div', { class: 'chart-head' }, el('span', { class: 'chart-title' }, metric.title), when, value),
      area,
    );
  }

  /**
   * @param {HTMLElement} area @param {HTMLElement} brush @param {import('./series.js').Bucket[]} buckets
   * @param {number} step @param {(at: number | null) => void} point
   */
  attachBrush(area, brush, buckets, step, point) {
    let start = -1;
    const bucketAt = (/** @type {PointerEvent} */ event) => {
      const box = area.getBoundingClientRect();
      return Math.max(
        0,
        Math.min(buckets.length - 1, Math.floor(((event.clientX - box.left) / box.width) * buckets.length)),
      );
    };
    const draw = (/** @type {number} */ end) => {
      const [a, b] = [Math.min(start, end), Math.max(start, end)];
      brush.hidden = false;
      brush.style.setProperty('--from', `${(a / buckets.length) * 100}%`);
      brush.style.setProperty('--width', `${((b - a + 1) / buckets.length) * 100}%`);
    };
    area.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      start = bucketAt(event);
      area.setPointerCapture(event.pointerId);
    });
    area.addEventListener('pointermove', (event) => {
      point(bucketAt(event));
      if (start >= 0) draw(bucketAt(event));
    });
    area.addEventListener('pointerleave', () => {
      if (start < 0) point(null);
    });
    area.addEventListener('pointercancel', () => {
      start = -1;
      brush.hidden = true;
    });
    area.addEventListener('pointerup', (event) => {
      if (start < 0) return;
      const end = bucketAt(event);
      const [a, b] = [Math.min(start, end), Math.max(start, end)];
      start = -1;
      brush.hidden = true;
      this.onRange(new Date(buckets[a].start).toISOString(), new Date(buckets[b].start + step).toISOString());
    });
  }
}

/** @param {import('./series.js').Bucket[]} buckets */
function bars(buckets) {
  const top = highest(buckets) || 1;
  return buckets.map((bucket, at) => {
    const value = bucket.values[0] ?? 0;
    // The least that can be seen: something happened there.
    const height = value > 0 ? Math.max(4, (value / top) * 96) : 0;
    return height ? svg('rect', { x: at + 0.12, y: 100 - height, width: 0.76, height, class: 'bar' }) : null;
  });
}

/** @param {{ names: string[], buckets: import('./series.js').Bucket[] }} series */
function lines({ buckets }) {
  // Latencies span decades: one slow trace must not flatten all others.
  const shown = buckets.flatMap((bucket) => bucket.values.slice(0, 2).filter((value) => value !== null))
    .filter((value) => value > 0);
  if (!shown.length) return [];
  const least = Math.log(Math.min(...shown, Infinity) / 2);
  const range = Math.log(Math.max(...shown, 0)) - least || 1;
  const height = (/** @type {number} */ value) => (Math.log(Math.max(value, 1e-6)) - least) / range;
  return [1, 0].map((index) => {
    /** @type {string[]} */
    const steps = [];
    let pen = false;
    buckets.forEach((bucket, at) => {
      const value = bucket.values[index];
      if (value === null || value === undefined) {
        pen = false;
        return;
      }
      const y = Math.min(98, 98 - height(value) * 94);
      steps.push(`${pen ? 'L' : 'M'}${at} ${y.toFixed(1)}H${at + 1}`);
      pen = true;
    });
    return svg('path', { d: steps.join(''), class: `line line-${index}`, 'vector-effect': 'non-scaling-stroke' });
  });
}

/** @param {{ buckets: import('./series.js').Bucket[] }} series @param {(value: number | null) => string} show */
function lastValues({ buckets }, show) {
  const last = buckets.findLast((bucket) => bucket.values[0] !== null);
  return last ? `${show(last.values[0])} · ${show(last.values[1])}` : format.UNKNOWN;
}

const DAY_MS = 86_400_000;

/** @param {number} at ms since 1970 */
function day(at) {
  const date = new Date(at);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString(undefined, { day: 'numeric', month: 'short', year });
}

/** @param {number} at ms since 1970 */
const clock = (at) => new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });

/** @param {number} start @param {number} step */
function label(start, step) {
  return step >= DAY_MS ? day(start) : `${day(start)} ${clock(start)}`;
}

/** From when to when, as briefly as it can be told. @param {import('./series.js').Bucket[]} buckets @param {number} step */
function range(buckets, step) {
  const from = buckets[0].start;
  const last = buckets[buckets.length - 1].start;
  return day(from) === day(last) ? `${clock(from)} – ${clock(last + step)}` : `${day(from)} – ${day(last)}`;
}
