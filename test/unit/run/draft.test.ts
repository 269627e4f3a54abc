import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FlaggedEvent } from '../../../src/flags/event-flags.ts';
import { committedDifficulty } from '../../../src/protocol/nip13.ts';
import { checkEvent } from '../../../src/protocol/signature.ts';
import { type DraftOptions, InvalidDraft, signDraft, signTemplate } from '../../../src/run/draft.ts';
import { LocalSigner } from '../../../src/signer/local.ts';

const signer = new LocalSigner(new Uint8Array(32).fill(3));

function options(flags: Partial<FlaggedEvent> = {}, pow?: number): DraftOptions {
  const { signal } = new AbortController();
  return {
    flags: { tags: [], ...flags },
    pow,
    signer: async () => signer,
    now: () => 1_700_000_000_500,
    signal,
  };
}

describe('drafts', () => {
  test('what a draft lacks the flags fill, then the defaults', async () => {
    const event = await signDraft(
      { content: 'x' },
      options({ kind: 7, content: 'not this', tags: [['t', 'a']] }),
    );
    assert.equal(event.kind, 7);
    assert.equal(event.content, 'x');
    assert.deepEqual(event.tags, [['t', 'a']]);
    assert.equal(event.created_at, 1_700_000_000);
    assert.equal(event.pubkey, signer.publicKey);
    assert.equal(checkEvent(event), undefined);
  });

  test('with U+007F in content or tags are signed with a warning', async () => {
    const warnings: string[] = [];
    const warned = { ...options(), warn: (message: string) => warnings.push(message) };
    for (const draft of [
      { content: 'a\u007fb' },
      { content: '', tags: [['t', '\u007f']] },
      { content: 'a\u0080b' },
    ]) {
      const event = await signDraft(draft, warned);
      assert.equal(checkEvent(event), undefined);
    }
    assert.equal(warnings.length, 2);
    assert.match(warnings[0]!, /U\+007F/);
  });

  test('zero is a value, not a lack', async () => {
    const event = await signDraft(
      { kind: 0, created_at: 0, content: '{}', tags: [] },
      options({ kind: 1, content: 'no' }),
    );
    assert.deepEqual([event.kind, event.created_at, event.content], [0, 0, '{}']);
  });

  for (const [form, text] of Object.entries({
    hex: '03'.repeat(32),
    'upper-case hex': '0A'.repeat(32),
    base64: Buffer.alloc(32, 3).toString('base64'),
  }))
    test(`with the key of the signer in ${form} are not signed, unless one insists`, async () => {
      const own = form === 'upper-case hex' ? new LocalSigner(new Uint8Array(32).fill(10)) : signer;
      for (const draft of [{ content: `it is ${text}` }, { content: 'x', tags: [['t', text]] }]) {
        const mine = { ...options(), signer: async () => own };
        await assert.rejects(signDraft(draft, mine), /the secret key that is to sign it; --allow-nsec/);
        assert.equal(checkEvent(await signDraft(draft, { ...mine, allowNsec: true })), undefined);
      }
    });

  for (const content of ['', 'me', '[]', '"me"', 'null', '{'])
    test(`of a profile that is no JSON object (${content}) are not signed`, async () => {
      await assert.rejects(
        signDraft({ kind: 0, content }, options()),
        /a profile \(kind 0\) is a JSON object/,
      );
    });

  for (const [draft, complaint] of [
    [{}, /an empty draft/],
    [{ contnet: 'x' }, /unknown field "contnet"/],
    [{ content: 5 }, /content must not be 5/],
    [{ content: 'x', kind: '1' }, /kind must not be "1"/],
    [{ content: 'x', kind: 65536 }, /kind must not be 65536/],
    [{ content: 'x', tags: [['t', null]] }, /tags must not be/],
    [{ content: 'x', created_at: 1.5 }, /created_at must not be 1.5/],
    [{ content: 'x', pubkey: 'ab' }, /pubkey: "ab" is not a public key/],
    [{ content: 'x', id: 'ab' }, /the id is not the hash/],
  ] as const) {
    test(`${JSON.stringify(draft)} is refused`, async () => {
      await assert.rejects(
        signDraft(draft, options()),
        (error: Error) => error instanceof InvalidDraft && complaint.test(error.message),
      );
    });
  }

  test('a lone surrogate is refused before the key is used', async () => {
    await assert.rejects(signTemplate({ tags: [], content: '\ud800' }, options()), /lone surrogate/);
  });

  test('a draft of the very same id is taken', async () => {
    const { id, pubkey } = await signDraft({ content: 'x', created_at: 5 }, options());
    assert.equal((await signDraft({ content: 'x', created_at: 5, id, pubkey }, options())).id, id);
  });

  test('work is done before signing, and committed to', async () => {
    const event = await signTemplate({ tags: [], content: 'x' }, options({}, 8));
    assert.ok(committedDifficulty(event) >= 8);
    assert.equal(checkEvent(event), undefined);
  });
});
