import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  around,
  asParameter,
  atCaret,
  both,
  fieldOf,
  isExpression,
  quote,
} from '../../../../Sources/Server/Dashboard/filter-grammar.js';

test('simple conditions are parameters', () => {
  const cases = /** @type {[string, any][]} */ ([
    ['user_id = "user-7f3a2b"', ['user_id', 'user-7f3a2b']],
    ['userId=user-7f3a2b', ['user_id', 'user-7f3a2b']],
    ['user = "a \\"b\\""', ['user_id', 'a "b"']],
    ['session_id = "session-c91d4e"', ['session', 'session-c91d4e']],
    ['session_id = d3e74025-574b-56ab-afe8-9b19f360373a', ['session_id', 'd3e74025-574b-56ab-afe8-9b19f360373a']],
    ['tokens >= 100', ['min_tokens', '100']],
    ['status: error', ['status', 'error']],
    ['tokens >= many', null],
    ['user_id != "x"', null],
    ['user_id = "x" AND model = "y"', null],
    ['metadata.stage = "closing"', null],
    ['words only', null],
    ['constructor = "x"', null],
  ]);
  for (const [text, wanted] of cases) {
    const found = asParameter(text);
    assert.deepEqual(found && [found.parameter, found.value], wanted, text);
  }
});

test('conditions and words are told apart', () => {
  for (
    const text of [
      'metadata.stage = "x"',
      'attributes."gen_ai.request.temperature" > 0.5',
      'NOT status:error',
      '(a = 1 OR b = 2)',
    ]
  ) assert.ok(isExpression(text), text);
  for (const text of ['hello world', 'what is it?', '"a = b"', '']) assert.ok(!isExpression(text), text);
});

test('two conditions are joined so that both hold', () => {
  assert.equal(both(undefined, 'a = 1'), 'a = 1');
  assert.equal(both('a = 1 OR b = 2', 'c = 3'), '(a = 1 OR b = 2) AND c = 3');
});

test('what the caret stands in', () => {
  const at = (text) => {
    const { kind, typed, from, field } = atCaret(text);
    return [kind, typed, from, field];
  };
  assert.deepEqual(at(''), ['field', '', 0, '']);
  assert.deepEqual(at('use'), ['field', 'use', 0, '']);
  assert.deepEqual(at('user_id '), ['operator', '', 8, 'user_id']);
  assert.deepEqual(at('user_id ='), ['operator', '=', 8, 'user_id']);
  assert.deepEqual(at('user_id = '), ['value', '', 10, 'user_id']);
  assert.deepEqual(at('user_id = "us'), ['value', '"us', 10, 'user_id']);
  assert.deepEqual(at('user_id = "a b" AND mod'), ['field', 'mod', 20, 'user_id']);
  assert.deepEqual(at('attributes."gen_ai.x" > '), ['value', '', 24, 'attributes."gen_ai.x"']);
});

test('no text hangs or throws', () => {
  for (const text of ['!!!', '"', '\\', '((((', '= = =', 'a"b', '@#$ %', '\u0000']) {
    assert.ok(atCaret(text).from <= text.length);
  }
});

test('names and strings are quoted where they must be', () => {
  assert.equal(quote('a"b\\'), '"a\\"b\\\\"');
  assert.deepEqual(['metadata.stage', 'gen_ai.request.model', 'plain'].map(fieldOf), [
    'metadata.stage',
    'attributes."gen_ai.request.model"',
    'attributes.plain',
  ]);
});

test('the place of trouble in a filter', () => {
  assert.deepEqual(around('a = = 3', 5), { before: 'a = ', at: '=', after: ' 3' });
  assert.deepEqual(around('a =', 4), { before: 'a =', at: '\u00a0\u00a0', after: '' });
  // Characters, not the halves of which JavaScript makes some.
  assert.deepEqual(around('"😀😀" wrong b', 6), { before: '"😀😀" ', at: 'wrong', after: ' b' });
  assert.deepEqual(around('(a', 1), { before: '', at: '(', after: 'a' });
  const long = around(`${'a '.repeat(500)}here${' b'.repeat(500)}`, 1001);
  assert.equal(long.at, 'here');
  assert.ok(long.before.startsWith('… ') && long.after.endsWith(' …') && long.before.length < 70);
  for (const position of [-5, 0, 1, 99, NaN]) assert.equal(typeof around('abc', position).at, 'string');
});
