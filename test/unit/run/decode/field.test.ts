import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldLines, parseField } from '../../../../src/run/decode/field.ts';

test('a field is a bare text, one line for each item of a list, or JSON', () => {
  const facts = {
    type: 'x',
    id: 'a b',
    relays: ['r', 's'],
    tags: [{ name: 'e' }],
    kind: 0,
    valid: false,
    author: undefined,
  };
  assert.deepEqual(fieldLines(facts, 'id'), ['a b']);
  assert.deepEqual(fieldLines(facts, 'relays'), ['r', 's']);
  assert.deepEqual(fieldLines(facts, 'tags'), ['{"name":"e"}']);
  assert.deepEqual(fieldLines(facts, 'kind'), ['0']);
  assert.deepEqual(fieldLines(facts, 'valid'), ['false']);
  assert.deepEqual(fieldLines({ type: 'x', relays: [] }, 'relays'), []);
  for (const field of ['author', 'naddr', 'constructor']) assert.equal(fieldLines(facts, field), undefined);
});

test('a name that nothing has is refused, with the one that was meant', () => {
  assert.equal(parseField('naddr'), 'naddr');
  assert.throws(() => parseField('pubky'), /did you mean pubkey\?/);
  assert.throws(() => parseField('zzzzzzzz'), /known are type id /);
});
