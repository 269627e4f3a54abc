import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Context, InputContext } from '../../../src/context.ts';
import { SignerError } from '../../../src/errors.ts';
import { readEventFlags } from '../../../src/flags/event-flags.ts';
import { buildFilters, FILTER_FLAGS } from '../../../src/flags/filter-flags.ts';
import { keyOf, locate, offline, parsePerson, parseTaggedPerson } from '../../../src/flags/people.ts';
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

describe('a NIP-05 name', () => {
  const asked: string[] = [];
  const asking = {
    ...context,
    askDomain: async ({ local, domain }) => {
      asked.push(`${local}@${domain}`);
      return { value: B.publicKey, hints: ['wss://b.example'] };
    },
  } as Context & InputContext;

  test('is asked of its domain, which may stand alone', async () => {
    assert.equal(await keyOf(parsePerson('Bob@Example.com'), asking), B.publicKey);
    assert.equal(await keyOf(parsePerson('example.com'), asking), B.publicKey);
    assert.deepEqual(asked, ['bob@example.com', '_@example.com']);
  });

  test('comes before an account, whose name may hold a dot if it is old', async () => {
    assert.equal(await keyOf(parsePerson('me'), asking), A.publicKey);
    assert.equal(await keyOf(parsePerson('me.old'), asking), B.publicKey);
  });

  test('that is misspelt is told so', () => {
    assert.throws(() => parsePerson('b!b@example.com'), /a name holds only/);
  });

  test('is a usage error in a command that asks nobody', async () => {
    await assert.rejects(keyOf(parsePerson('bob@example.com'), context), {
      kind: 'usage',
      message: /use the key that nost nip05 bob@example.com prints/,
    });
  });

  test('is offered where a domain is asked, and not in the help of commands that ask nobody', () => {
    assert.match(FILTER_FLAGS.author.description, /name@domain/);
    assert.equal(
      offline(FILTER_FLAGS).author.description,
      'author: hex, npub, nprofile or own account (repeatable)',
    );
    assert.deepEqual(offline(FILTER_FLAGS).kind, FILTER_FLAGS.kind);
  });

  test('is no event and no address, and stands in no other tag', () => {
    assert.equal(parseTaggedPerson('t', 'bob@example.com'), 'bob@example.com');
    assert.throws(() => parseTaggedPerson('e', 'bob@example.com'), /not an event id/);
  });
});

describe('relays that a code names', () => {
  test('come along with what it stands for', async () => {
    const code = encodeEntity({
      type: 'nprofile',
      pubkey: A.publicKey,
      relays: ['wss://A.example/', 'b.example'],
    });
    assert.deepEqual(await locate(parsePerson(code), context), {
      value: A.publicKey,
      hints: ['wss://a.example'],
    });
    assert.deepEqual(await locate(parseTaggedPerson('t', code), context), { value: code, hints: [] });
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
