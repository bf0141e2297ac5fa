// The spans of a trace as rows of a tree over time. Pure; everything here takes n log n at most.
import { between, instant } from './format.js';
import { kindName } from './kinds.js';

/** Own time in more pieces than this is drawn by cells of the window instead. */
const PIECES_MAX = 64;
const CELLS = 160;

/**
 * @typedef {{ span: any, at: number, depth: number, start: number, end: number, kind: string, failed: boolean,
 *   children: number[], last: number }} Row
 *   `start` and `end` in ms since the trace began; `last`: index of the last descendant
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
      span,
      at,
      start,
      end,
      kind: kindName(span.kind),
      failed: String(status).toLowerCase().endsWith('error'),
      depth: parent === undefined ? 0 : rows[parent].depth + 1,
      children: [],
      last: at,
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
      for (
        let at = /** @type {number | undefined} */ (row.at);
        at !== undefined && !kept.has(at);
        at = byID.get(rows[at].span.parent_span_id ?? '')
      ) kept.add(at);
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
 * The times within a window in which a span ran and none of its children did: its own work, or its waiting.
 * @param {Layout} layout @param {number} at @param {number} from @param {number} to ms since the trace began
 * @returns {[number, number][]}
 */
export function ownTime(layout, at, from, to) {
  const pieces = allOwnTime(layout, at).filter(([start, end]) => end > from && start < to);
  return pieces.length <= PIECES_MAX ? pieces : inCells(pieces, from, to);
}

/**
 * Many short pieces as the cells of a window that are mostly own time.
 * @param {[number, number][]} pieces in order @param {number} from @param {number} to
 */
function inCells(pieces, from, to) {
  const size = (to - from) / CELLS;
  const covered = new Float64Array(CELLS);
  for (const [start, end] of pieces) {
    const last = Math.min(CELLS - 1, Math.floor((end - from) / size));
    for (let cell = Math.max(0, Math.floor((start - from) / size)); cell <= last; cell += 1) {
      covered[cell] += Math.min(end, from + (cell + 1) * size) - Math.max(start, from + cell * size);
    }
  }
  /** @type {[number, number][]} */
  const found = [];
  covered.forEach((own, cell) => {
    if (own < size / 2) return;
    const last = found.at(-1);
    const [start, end] = [from + cell * size, from + (cell + 1) * size];
    if (last && last[1] >= start - size / 1e6) last[1] = end;
    else found.push([start, end]);
  });
  return found;
}

/** @param {Layout} layout @param {number} at @returns {[number, number][]} */
function allOwnTime(layout, at) {
  const { rows } = layout;
  const row = rows[at];
  if (!row.children.length) return [[row.start, row.end]];
  const busy = row.children.map((child) => /** @type {[number, number]} */ ([rows[child].start, rows[child].end])).sort(
    (a, b) => a[0] - b[0],
  );
  /** @type {[number, number][]} */
  const own = [];
  let free = row.start;
  for (const [start, end] of busy) {
    if (start > free) own.push([free, Math.min(start, row.end)]);
    free = Math.max(free, end);
    if (free >= row.end) break;
  }
  if (free < row.end) own.push([free, row.end]);
  return own;
}

/**
 * The rows that are folded when a trace is opened: none, unless it is long.
 * @param {Layout} layout
 * @returns {Set<number>}
 */
export function initialFold(layout) {
  if (layout.rows.length <= 400) return new Set();
  return new Set(layout.rows.filter((row) => row.depth >= 2 && row.children.length > 0).map((row) => row.at));
}
