import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatRoute,
  listQuestion,
  narrowing,
  parseRoute,
  tabOf,
  withParams,
} from '../../../../Sources/Server/Dashboard/route.js';

test('an empty address is the list of sessions', () => {
  assert.deepEqual(parseRoute(''), { view: 'sessions', params: {} });
  assert.deepEqual(parseRoute('?view=__proto__&x=1'), { view: 'sessions', params: {} });
});

test('a state has one address, whatever the order of its parameters', () => {
  const a = formatRoute({ view: 'traces', params: { user_id: 'u', project: 'p' } });
  const b = formatRoute({ view: 'traces', params: { project: 'p', user_id: 'u' } });
  assert.equal(a, b);
  assert.equal(a, '?view=traces&project=p&user_id=u');
});

test('any text survives the address', () => {
  for (const value of ['a&b=c#d?', 'ü 日本 👩‍💻', '"><script>', '%00', 'x+y z', '../..']) {
    const route = { view: 'sessions', params: { session: value } };
    assert.deepEqual(parseRoute(formatRoute(route)), route);
  }
});

test('a view keeps only what it knows', () => {
  assert.equal(formatRoute({ view: 'session', params: { id: 'x', sort: 'tokens' } }), '?view=session&id=x');
  assert.deepEqual(parseRoute('?view=sessions&range=1y').params, {});
});

test('parameters change one by one', () => {
  const route = { view: 'sessions', params: { sort: 'tokens', status: 'error' } };
  assert.deepEqual(withParams(route, { status: undefined, model: 'm' }).params, { sort: 'tokens', model: 'm' });
  assert.deepEqual(route.params, { sort: 'tokens', status: 'error' });
});

test('the question of a list', () => {
  const now = Date.UTC(2026, 10, 22, 12, 0, 30);
  const question = listQuestion(parseRoute('?view=sessions&range=1h&project=p&columns=a&user_id=u'), now);
  assert.deepEqual(question, { project: 'p', user_id: 'u', from: '2026-11-22T11:00:00.000Z' });
  assert.deepEqual(listQuestion(parseRoute('?view=sessions&from=A&to=B'), now), { from: 'A', to: 'B' });
});

test('what narrows a list, and which tab is lit', () => {
  assert.deepEqual(narrowing(parseRoute('?view=sessions&sort=tokens&project=p')), []);
  assert.deepEqual(narrowing(parseRoute('?view=sessions&q=x&range=1h')), ['range', 'q']);
  assert.deepEqual(['trace', 'session', 'user', 'search'].map(tabOf), ['traces', 'sessions', 'users', null]);
});
