import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as format from '../../../../Sources/Server/Dashboard/format.js';

const table = (name, run, cases) =>
  test(name, () => {
    for (const [input, wanted] of cases) assert.equal(run(input), wanted, String(input));
  });

table('durations', format.duration, [
  [null, '–'],
  [undefined, '–'],
  [NaN, '–'],
  [-5, '0 ms'],
  [0, '0 ms'],
  [0.0004, '1 µs'],
  [0.25, '250 µs'],
  [3.14159, '3.1 ms'],
  [999.4, '999 ms'],
  [999.6, '1.00 s'],
  [9994, '9.99 s'],
  [9996, '10.0 s'],
  [59_949, '59.9 s'],
  [59_960, '1 m 00 s'],
  [3_599_499, '59 m 59 s'],
  [3_600_000, '1 h 00 m'],
  [86_399_000, '1 d 00 h'],
  [90_000_000, '1 d 01 h'],
]);

table('costs are never a false zero', format.cost, [
  [null, '–'],
  [0, '$0'],
  [1e-9, '< $0.000001'],
  [0.0000231, '$0.000023'],
  [0.00123, '$0.0012'],
  [0.0123, '$0.012'],
  [1.2345, '$1.23'],
  [12345.6, '$12,346'],
]);

table('compact numbers', format.compact, [
  [null, '–'],
  [0, '0'],
  [999, '999'],
  [1000, '1k'],
  [1234, '1.2k'],
  [99_950, '100k'],
  [1e6, '1M'],
  [2.5e9, '2.5G'],
]);

table('bytes', format.bytes, [[0, '0 B'], [999, '999 B'], [1000, '1.0 kB'], [1e6, '1.0 MB'], [2.25e9, '2.3 GB']]);

test('times keep their nanoseconds', () => {
  assert.deepEqual(format.instant('2026-11-22T13:20:00.123456789Z'), {
    ms: Date.UTC(2026, 10, 22, 13, 20, 0, 123),
    ns: 456789,
  });
  assert.deepEqual(format.instant('2026-11-22T13:20:00Z'), { ms: Date.UTC(2026, 10, 22, 13, 20), ns: 0 });
  assert.deepEqual(format.instant('2026-11-22T14:20:00.5+01:00'), {
    ms: Date.UTC(2026, 10, 22, 13, 20, 0, 500),
    ns: 0,
  });
  assert.equal(format.instant('no time'), null);
  assert.equal(format.between('2026-11-22T13:20:00.123456789Z', '2026-11-22T13:20:00.123456790Z'), 1e-6);
});

test('how long ago', () => {
  const now = Date.UTC(2026, 10, 22, 12);
  const at = (ms) => format.ago(new Date(now - ms).toISOString(), now);
  assert.deepEqual([0, 4999, 5000, 59_999, 60_000, 3_599_999, 3_600_000, 86_400_000].map(at), [
    'just now',
    'just now',
    '5 s ago',
    '59 s ago',
    '1 min ago',
    '59 min ago',
    '1 h ago',
    '1 d ago',
  ]);
  assert.equal(format.ago(null, now), '–');
  assert.deepEqual([-59_999, -61_000, -3_600_000, -86_400_000 * 2].map(at), ['just now', 'in 1 min', 'in 1 h', 'in 2 d']);
  assert.match(format.ago('1970-01-01T00:00:00Z', now), /19(?:69|70)/);
  assert.match(format.ago('2554-07-21T23:34:33Z', now), /2554/);
});

test('tokens', () => {
  assert.equal(format.tokenSplit({ input: 1234, output: 5, total: 1239 }), '1.2k → 5');
  assert.equal(format.tokenSplit({ input: null, output: null, total: 7 }), '7');
  assert.equal(format.tokenSplit(null), '–');
  assert.equal(format.tokenDetail({ input: 1, output: null, cached: 3 }), 'input 1 · cached 3');
});

test('what hides in a name is made visible', () => {
  assert.equal(format.visible('a\u202egnp.exe'), 'a⟨U+202E⟩gnp.exe');
  assert.equal(format.visible('a\u0000b\u200bc'), 'a⟨U+0000⟩b⟨U+200B⟩c');
  assert.equal(format.visible('two\nlines\t.'), 'two lines .');
  assert.equal(format.visible('مرحبا 👩‍💻'.replace('\u200d', '')), 'مرحبا 👩💻');
  assert.equal(format.visible(null), '');
});
