import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldFault, fieldLines, parseField } from '../../../../src/run/decode/field.ts';

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
  assert.throws(() => parseField('amount'), /did you mean amount_msat\?/);
  assert.throws(() => parseField('id,kind'), /prints one field/);
  assert.throws(() => parseField('zzzzzzzz'), /known are type id /);
});

test('of what lacks a field the others are told, or how a secret is shown', () => {
  const note = { type: 'note', id: 'ab', author: undefined };
  assert.equal(fieldFault(note, 'pubkey'), 'the type is note, and it has id');
  const hidden = 'it is a secret, and printed only with --reveal';
  assert.equal(fieldFault({ type: 'nsec', pubkey: 'ab' }, 'secret_key'), hidden);
  assert.equal(fieldFault({ type: 'bunker', has_secret: true }, 'secret'), hidden);
  assert.notEqual(fieldFault({ type: 'bunker', has_secret: false }, 'secret'), hidden);
});
