import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Context } from '../../../src/context.ts';
import { SignerError } from '../../../src/errors.ts';
import { readEventFlags } from '../../../src/flags/event-flags.ts';
import { buildFilters } from '../../../src/flags/filter-flags.ts';
import { keyOf, parsePerson, parseTaggedPerson } from '../../../src/flags/people.ts';
import { encodeEntity } from '../../../src/protocol/nip19.ts';
import { A, B } from '../../support/people.ts';

const context = {
  now: () => 1_700_000_000_000,
  accountKey: async name => {
    if (name === 'me') return A.publicKey;
    throw new SignerError('there is no account', { code: 'no_account', hint: 'Did you mean: me' });
  },
} as Context;

describe('a person', () => {
  test('may be the name of an account', async () => {
    assert.equal(await keyOf(parsePerson('me'), context), A.publicKey);
  });

  test('is a code before it is a name', () => {
    assert.equal(parsePerson(encodeEntity({ type: 'npub', pubkey: B.publicKey })), B.publicKey);
    assert.equal(parsePerson(B.publicKey), B.publicKey);
  });

  for (const text of ['', 'a b', 'npub1abc', 'nostr:me', 'note1x', 'me!', 'https://x.com', 'a'.repeat(65)])
    test(`is not called ${text.slice(0, 20) || 'nothing'}`, () => assert.throws(() => parsePerson(text)));

  test('without an account is a usage error that says so', async () => {
    await assert.rejects(keyOf(parsePerson('mee'), context), error => {
      const { kind, message, hint } = error as SignerError;
      assert.match(message, /"mee" is not a public key .* and no account is called so/);
      assert.deepEqual([kind, hint], ['usage', 'Did you mean: me']);
      return true;
    });
  });
});

describe('own accounts are known', () => {
  test('to -a, -p and -t p= of a filter', async () => {
    const me = parsePerson('me');
    assert.deepEqual(
      await buildFilters(
        { author: [me, B.publicKey], p: [me], tag: [['P', parseTaggedPerson('P', 'me')]] },
        context,
      ),
      [{ authors: [A.publicKey, B.publicKey], '#P': [A.publicKey], '#p': [A.publicKey] }],
    );
  });

  test('to -p and -t p= of an event, and to no other tag', async () => {
    const me = parsePerson('me');
    const tag = (['p', 't'] as const).map(name => [name, parseTaggedPerson(name, 'me'), 'x'] as const);
    const { tags } = await readEventFlags({ p: [['p', me]], tag: [...tag] }, context);
    assert.deepEqual(tags, [
      ['p', A.publicKey],
      ['p', A.publicKey, 'x'],
      ['t', 'me', 'x'],
    ]);
  });
});
