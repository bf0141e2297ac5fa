// Numbers over time as a small chart needs them: interval, buckets without holes, heights. Pure.
import { instant } from './format.js';

/** Interval as the API names it → its seconds. */
const INTERVALS = /** @type {[string, number][]} */ ([
  ['1m', 60],
  ['5m', 300],
  ['15m', 900],
  ['1h', 3600],
  ['6h', 21600],
  ['1d', 86400],
  ['7d', 604800],
  ['30d', 2592000],
]);

const BUCKETS_WANTED = 48;
const BUCKETS_MAX = 120;

/**
 * The shortest interval that cuts a range into few enough buckets. Where the longest does not, a bucket is several of
 * them: one span with a broken clock makes a range of decades. `ms` is the length of a bucket.
 * @param {number} fromMs @param {number} toMs
 */
export function intervalFor(fromMs, toMs) {
  const seconds = Math.max(60, (toMs - fromMs) / 1000);
  const fits = BUCKETS_WANTED * 1.3;
  const [name, length] = INTERVALS.find(([, length]) => seconds / length <= fits) ?? INTERVALS[INTERVALS.length - 1];
  return { name, ms: length * 1000 * Math.max(1, Math.ceil(seconds / length / fits)) };
}

/**
 * @typedef {{ start: number, values: (number | null)[] }} Bucket `start` in ms since 1970
 */

const LATENCIES = ['p50', 'p95', 'p99'];

/**
 * The answer of the API as buckets; those without a row are empty, not missing.
 * @param {any} answer @param {number} fromMs @param {number} toMs @param {number} stepMs
 * @returns {{ names: string[], buckets: Bucket[] }}
 */
export function toBuckets(answer, fromMs, toMs, stepMs) {
  const rows = Array.isArray(answer?.data) ? answer.data : [];
  const latency = rows.some((/** @type {any} */ row) => percentile(row, 'p50') !== null);
  const names = latency ? LATENCIES : ['value'];
  const first = Math.floor(fromMs / stepMs) * stepMs;
  const length = Math.max(1, Math.min(BUCKETS_MAX, Math.ceil((toMs - first) / stepMs)));
  /** @type {Bucket[]} */
  const buckets = Array.from(
    { length },
    (_, at) => ({ start: first + at * stepMs, values: names.map(() => (latency ? null : 0)) }),
  );
  for (const row of rows) {
    const time = instant(row.time ?? row.start_time ?? row.start ?? row.timestamp);
    if (!time) continue;
    const bucket = buckets[Math.floor((time.ms - first) / stepMs)];
    if (!bucket) continue;
    // Of several intervals the slowest stands for the bucket: percentiles do not add up.
    if (latency) bucket.values = names.map((name, at) => slower(bucket.values[at], percentile(row, name)));
    else bucket.values[0] = (bucket.values[0] ?? 0) + number(row.value ?? row.count ?? row.total ?? row.tokens);
  }
  return { names, buckets };
}

/** @param {any} row @param {string} name */
function percentile(row, name) {
  const value = row[name] ?? row[`${name}_ms`] ?? row.value?.[name] ?? row.latency_ms?.[name];
  return Number.isFinite(value) ? value : null;
}

/** @param {number | null} a @param {number | null} b */
function slower(a, b) {
  return a === null || b === null ? a ?? b : Math.max(a, b);
}

/** @param {unknown} value */
function number(value) {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const total = /** @type {any} */ (value)?.total;
  return typeof total === 'number' ? total : 0;
}

/** @param {Bucket[]} buckets */
export function sum(buckets) {
  return buckets.reduce((total, bucket) => total + (bucket.values[0] ?? 0), 0);
}

/** @param {Bucket[]} buckets */
export function highest(buckets) {
  let top = 0;
  for (const bucket of buckets) for (const value of bucket.values) top = Math.max(top, value ?? 0);
  return top;
}

/**
 * Times between two ends that read well on an axis: 1, 2, 5 × 10ⁿ ms apart.
 * @param {number} spanMs
 * @param {number} wanted
 */
export function ticks(spanMs, wanted) {
  if (!(spanMs > 0) || wanted < 1) return [0];
  const raw = spanMs / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw) ?? raw;
  const found = [];
  for (let at = 0; at <= spanMs * (1 + 1e-9) && found.length < 100; at += step) found.push(at);
  return found;
}
