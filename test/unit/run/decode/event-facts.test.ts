import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeEntity, encodeEntity } from '../../../../src/protocol/nip19.ts';
import { hasValidSignature } from '../../../../src/protocol/signature.ts';
import { explainEvent } from '../../../../src/run/decode/event-facts.ts';
import { A, B, T0 } from '../../../support/people.ts';

const article = A.sign({
  kind: 30023,
  created_at: T0,
  content: '# hi',
  tags: [
    ['d', 'x'],
    ['p', B.publicKey],
  ],
});
const npub = encodeEntity({ type: 'npub', pubkey: A.publicKey });
const facts = (value: object) => explainEvent(value, hasValidSignature).facts!;

describe('an event', () => {
  test('is explained: kind, class, address, codes, time, author', () => {
    const { tags, naddr, nevent, ...rest } = facts(article);
    const address = `30023:${A.publicKey}:x`;
    assert.deepEqual(rest, {
      type: 'event',
      id: article.id,
      valid: true,
      id_valid: true,
      sig_valid: true,
      kind: 30023,
      kind_name: 'article',
      description: 'Long-form Content',
      class: 'addressable',
      nip: '23',
      address,
      created_at: T0,
      date: new Date(T0 * 1000).toISOString().replace('.000', ''),
      pubkey: A.publicKey,
      npub,
      content: '# hi',
    });
    assert.deepEqual(decodeEntity(naddr as string), {
      type: 'naddr',
      identifier: 'x',
      pubkey: A.publicKey,
      relays: [],
      kind: 30023,
    });
    assert.equal((decodeEntity(nevent as string) as { id: string }).id, article.id);
    assert.equal((tags as object[]).length, 2);
  });

  test('that was altered or forged is explained, and said to be so', () => {
    const altered = facts({ ...article, content: 'ho' });
    assert.deepEqual([altered['valid'], altered['id_valid'], altered['sig_valid']], [false, false, true]);
    assert.match(altered['problem'] as string, /the id is not the hash/);
    const forged = facts({ ...article, sig: '00'.repeat(64) });
    assert.deepEqual([forged['valid'], forged['id_valid'], forged['sig_valid']], [false, true, false]);
  });

  test('that is a draft is explained as far as it goes', () => {
    const draft = facts({ kind: 1, content: 'hi' });
    assert.equal(draft['valid'], false);
    assert.deepEqual(JSON.parse(JSON.stringify(draft)), {
      type: 'event',
      valid: false,
      problem: 'id must be 64 lower-case hex digits, it is missing',
      kind: 1,
      kind_name: 'note',
      description: 'Short Text Note',
      class: 'regular',
      nip: '10',
      content: 'hi',
    });
  });

  test('of a time without a date, and with an identifier that no code can hold, has neither', () => {
    const odd = facts({ ...article, created_at: 2 ** 53 - 1, tags: [['d', 'x'.repeat(256)]] });
    assert.deepEqual([odd['date'], odd['naddr']], [undefined, undefined]);
    assert.equal(odd['created_at'], 2 ** 53 - 1);
  });

  test('without a kind is none', () => {
    for (const value of [{}, { kind: -1 }, { kind: '1' }, { type: 'npub' }])
      assert.match(explainEvent(value, hasValidSignature).problem!, /no kind/);
  });
});
