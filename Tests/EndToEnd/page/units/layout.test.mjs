import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intervalFor, sum, ticks, toBuckets } from '../../../../Sources/Server/Dashboard/series.js';
import { initialFold, layOut, ownTime, shownRows } from '../../../../Sources/Server/Dashboard/waterfall-layout.js';

const BASE = Date.UTC(2026, 10, 22);
const span = (id, parent, start, end) => ({
  span_id: id,
  parent_span_id: parent,
  name: id,
  kind: 'LLM',
  status: { code: 'OK' },
  start_time: new Date(BASE + start).toISOString(),
  end_time: new Date(BASE + end).toISOString(),
});
const TREE = [
  span('a', null, 0, 100),
  span('b', 'a', 10, 30),
  span('c', 'b', 15, 20),
  span('d', 'a', 25, 60),
  span('e', null, 50, 90),
];

test('rows know depth, children and where their descendants end', () => {
  const layout = layOut(TREE);
  assert.deepEqual(layout.rows.map((row) => row.depth), [0, 1, 2, 1, 0]);
  assert.deepEqual(layout.rows.map((row) => row.last), [3, 2, 2, 3, 4]);
  assert.deepEqual(layout.rows[0].children, [1, 3]);
  assert.equal(layout.duration, 100);
});

test('own time is what no child covers, overlaps counted once', () => {
  assert.deepEqual(ownTime(layOut(TREE), 0, 0, 100), [[0, 10], [60, 100]]);
  assert.deepEqual(ownTime(layOut(TREE), 2, 0, 100), [[15, 20]]);
});

test('own time in a thousand pieces is still all there', () => {
  const spans = [span('r', null, 0, 100_000)];
  for (let at = 0; at < 1000; at += 1) spans.push(span(`s${at}`, 'r', at * 100, at * 100 + (at < 500 ? 20 : 80)));
  const pieces = ownTime(layOut(spans), 0, 0, 100_000);
  assert.ok(pieces.length <= 160);
  assert.deepEqual(pieces.map(([start, end]) => [Math.round(start), Math.round(end)]), [[0, 50_000]]);
});

test('folding hides descendants; a search shows ancestors', () => {
  const layout = layOut(TREE);
  assert.deepEqual(shownRows(layout, new Set([0]), null), [0, 4]);
  assert.deepEqual(shownRows(layout, new Set([0]), (row) => row.span.name === 'c'), [0, 1, 2]);
});

test('parents that are missing, spans that end before they start, and loops do no harm', () => {
  const layout = layOut([span('x', 'gone', 5, 1), span('y', 'y', 0, 1), span('z', 'w', 0, 2), span('w', 'z', 0, 2)]);
  assert.deepEqual(layout.rows.map((row) => row.depth), [0, 0, 0, 1]);
  assert.deepEqual(shownRows(layout, new Set(), () => true).length, 4);
  assert.deepEqual(layOut([]).rows, []);
});

test('ten thousand spans are laid out in a moment', () => {
  const spans = [span('r', null, 0, 1e6)];
  for (let at = 0; at < 10_000; at += 1) spans.push(span(`s${at}`, at % 3 ? `s${at - 1}` : 'r', at, at + 50));
  const start = process.cpuUsage();
  const layout = layOut(spans);
  ownTime(layout, 0, 0, layout.duration);
  shownRows(layout, initialFold(layout), null);
  // Of the CPU: what else the machine does is not what is looked at.
  const { user, system } = process.cpuUsage(start);
  assert.ok(user + system < 500_000);
});

test('buckets have no holes and keep every row', () => {
  const from = BASE;
  const to = BASE + 3_600_000;
  const interval = intervalFor(from, to);
  const series = toBuckets(
    {
      data: [{ time: new Date(BASE + 600_000).toISOString(), value: 2 }, {
        time: new Date(BASE + 3_000_000).toISOString(),
        value: 3,
      }],
    },
    from,
    to,
    interval.ms,
  );
  assert.equal(sum(series.buckets), 5);
  assert.ok(series.buckets.length >= 10 && series.buckets.length <= 64);
  assert.deepEqual(
    toBuckets({ data: [{ time: new Date(BASE).toISOString(), p50: 1, p95: 2, p99: 3 }] }, from, to, interval.ms).names,
    ['p50', 'p95', 'p99'],
  );
  assert.deepEqual(toBuckets(null, from, to, interval.ms).names, ['value']);
});

test('ticks read well', () => {
  assert.deepEqual(ticks(100, 4), [0, 50, 100]);
  assert.deepEqual(ticks(0, 4), [0]);
  assert.ok(ticks(1e-4, 5).length <= 7);
});

test('a range of decades, as one broken clock makes it, still fits', () => {
  const [from, to] = [0, Date.UTC(2026, 10, 22)];
  const interval = intervalFor(from, to);
  assert.equal(interval.name, '30d');
  assert.equal(interval.ms % (30 * 86_400_000), 0);
  const at = (ms) => new Date(ms).toISOString();
  const { buckets } = toBuckets({ data: [{ time: at(0), value: 1 }, { time: at(to - 1), value: 2 }] }, from, to, interval.ms);
  assert.ok(buckets.length <= 64, String(buckets.length));
  assert.deepEqual([buckets[0].values[0], buckets.at(-1).values[0]], [1, 2]);
  const slow = toBuckets(
    { data: [{ time: at(0), p50: 5, p95: 6 }, { time: at(1e9), p50: null, p95: null }, { time: at(2e9), p50: 1, p95: 9 }] },
    from,
    to,
    interval.ms,
  );
  assert.deepEqual(slow.buckets[0].values.slice(0, 2), [5, 9]);
  assert.equal(slow.buckets[1].values[0], null);
});
