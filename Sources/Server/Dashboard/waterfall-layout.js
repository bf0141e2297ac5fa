// The spans of a trace as rows of a tree over time. Pure; everything here takes n log n at most.
import { between, instant } from './format.js';
import { kindName } from './kinds.js';

/** Own time of a bar is drawn in at most as many pieces. */
const PIECES_MAX = 64;

/**
 * @typedef {{ span: any, at: number, depth: number, start: number, end: number, kind: string, failed: boolean,
 *   children: number[], last: number }} Row `start` and `end` in ms since the trace began; `last`: index of the last descendant
 * @typedef {{ rows: Row[], duration: number, origin: string | null, byID: Map<string, number> }} Layout
 */

/** @param {any[]} spans in tree order @returns {Layout} */
export function layOut(spans) {
  const origin = earliest(spans);
  /** @type {Map<string, number>} */
  const byID = new Map();
  /** @type {Row[]} */
  const rows = [];
  let duration = 0;
  spans.forEach((span, at) => {
    const parent = byID.get(span.parent_span_id ?? '');
    const start = between(origin, span.start_time);
    const end = Math.max(start, between(origin, span.end_time));
    const status = span.status?.code ?? span.status;
    rows.push({
      span, at, start, end, kind: kindName(span.kind), failed: String(status).toLowerCase().endsWith('error'),
      depth: parent === undefined ? 0 : rows[parent].depth + 1, children: [], last: at,
    });
    if (parent !== undefined) rows[parent].children.push(at);
    if (span.span_id && !byID.has(span.span_id)) byID.set(span.span_id, at);
    duration = Math.max(duration, end);
  });
  // From the end: in tree order the descendants of a row stand right behind it.
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    for (const child of rows[at].children) rows[at].last = Math.max(rows[at].last, rows[child].last);
  }
  return { rows, duration, origin, byID };
}

/** @param {any[]} spans */
function earliest(spans) {
  /** @type {string | null} */
  let first = null;
  let least = Infinity;
  let nanoseconds = Infinity;
  for (const { start_time: time } of spans) {
    const at = instant(time);
    if (at && (at.ms < least || (at.ms === least && at.ns < nanoseconds))) {
      first = time;
      least = at.ms;
      nanoseconds = at.ns;
    }
  }
  return first;
}

/**
 * The rows that are shown: none below a folded one; under a search those that match, and their ancestors.
 * @param {Layout} layout @param {Set<number>} folded @param {((row: Row) => boolean) | null} matches
 * @returns {number[]}
 */
export function shownRows(layout, folded, matches) {
  const { rows, byID } = layout;
  if (matches) {
    const kept = new Set();
    for (const row of rows) {
      if (!matches(row)) continue;
      for (let at = /** @type {number | undefined} */ (row.at); at !== undefined && !kept.has(at); at = byID.get(rows[at].span.parent_span_id ?? '')) kept.add(at);
    }
    return rows.filter((row) => kept.has(row.at)).map((row) => row.at);
  }
  const shown = [];
  for (let at = 0; at < rows.length; at += 1) {
    shown.push(at);
    if (folded.has(at)) at = rows[at].last;
  }
  return shown;
}

/**
 * The times in which a span ran and none of its children did: where its own work was, or its waiting.
 * @param {Layout} layout @param {number} at
 * @returns {[number, number][]}
 */
export function ownTime(layout, at) {
  const { rows } = layout;
  const row = rows[at];
  if (!row.children.length) return [[row.start, row.end]];
  const busy = row.children.map((child) => /** @type {[number, number]} */ ([rows[child].start, rows[child].end])).sort((a, b) => a[0] - b[0]);
  /** @type {[number, number][]} */
  const own = [];
  let free = row.start;
  for (const [start, end] of busy) {
    if (start > free) own.push([free, Math.min(start, row.end)]);
    free = Math.max(free, end);
    if (free >= row.end) break;
  }
  if (free < row.end) own.push([free, row.end]);
  if (own.length <= PIECES_MAX) return own;
  return own.sort((a, b) => b[1] - b[0] - (a[1] - a[0])).slice(0, PIECES_MAX);
}

/** The rows that are folded when a trace is opened: none, unless it is long. @param {Layout} layout @returns {Set<number>} */
export function initialFold(layout) {
  if (layout.rows.length <= 400) return new Set();
  return new Set(layout.rows.filter((row) => row.depth >= 2 && row.children.length > 0).map((row) => row.at));
}
