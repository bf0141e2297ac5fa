import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deletedIDs, retryPause } from '../../../../Sources/Server/Dashboard/live.js';

test('a refused stream is tried again ever later, up to a minute', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 1000].map((refused) => retryPause(refused, 1));
  assert.deepEqual(pauses, [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  for (const refused of [1, 6, 1000]) assert.equal(retryPause(refused, 0), retryPause(refused, 1) / 2);
});

test('an event of deletion names what it can', () => {
  assert.deepEqual(deletedIDs('{"session_id":"a"}'), ['a']);
  assert.deepEqual(deletedIDs('{"trace_id":"b","session_id":7}'), ['b']);
  assert.deepEqual(deletedIDs('no JSON'), []);
});
