import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FlaggedEvent } from '../../../../src/flags/event-flags.ts';
import { Miner } from '../../../../src/mining/miner.ts';
import { Mining, type Surroundings } from '../../../../src/mining/mining.ts';
import type { UnsignedEvent } from '../../../../src/protocol/event.ts';
import { committedDifficulty } from '../../../../src/protocol/nip13.ts';
import { checkEvent } from '../../../../src/protocol/signature.ts';
import {
  type DraftOptions,
  InvalidDraft,
  signDraft,
  signTemplate,
} from '../../../../src/run/events/draft.ts';
import { LocalSigner } from '../../../../src/signer/local.ts';

const signer = new LocalSigner(new Uint8Array(32).fill(3));

function options(flags: Partial<FlaggedEvent> = {}, mining?: DraftOptions['mining']): DraftOptions {
  return {
    flags: { tags: [], ...flags },
    mining,
    signer: async () => signer,
    now: () => 1_700_000_000_500,
    signal: new AbortController().signal,
  };
}

/** Mines so many bits, and notes each event it was given with the time it should have. */
function miningOf(bits: number) {
  const asked: (UnsignedEvent & { now: number })[] = [];
  const miner = new Miner({ threads: 0, clock: () => performance.now() });
  const mine: Miner['mine'] = (event, terms) => {
    asked.push({ ...event, now: terms.createdAt() });
    return miner.mine(event, terms);
  };
  const log = { showProgress: () => () => {} } as unknown as Surroundings['log'];
  const { signal } = new AbortController();
  return { asked, mining: new Mining({ mine, hashes: 0 }, { log, now: () => 0 }, bits, signal) };
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

  test('of private messages are not signed (NIP-17)', async () => {
    for (const [kind, how] of [
      [14, /never be signed: nost dm send sends one$/],
      [15, /never be signed: nost wrap makes one that can be sent$/],
    ] as const) {
      await assert.rejects(signDraft({ kind, content: 'see you' }, options()), {
        name: 'InvalidDraft',
        message: how,
      });
    }
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
        const mine = { ...options(), allowNsec: false, signer: async () => own };
        await assert.rejects(signDraft(draft, mine), /the secret key that is to sign it; --allow-nsec/);
        assert.equal(checkEvent(await signDraft(draft, { ...mine, allowNsec: true })), undefined);
        await assert.rejects(signDraft(draft, { ...mine, allowNsec: undefined }), /that is to sign it$/);
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

  describe('with --pow', () => {
    test('work is done before signing, and committed to', async () => {
      const { mining, asked } = miningOf(8);
      const event = await signTemplate({ tags: [['t', 'a']], content: 'x' }, options({}, mining));
      assert.ok(committedDifficulty(event) >= 8);
      assert.deepEqual(event.tags[0], ['t', 'a']);
      assert.equal(checkEvent(event), undefined);
      assert.equal(asked[0]!.now, 1_700_000_000);
    });

    test('the time that is given stays', async () => {
      const { mining, asked } = miningOf(8);
      const event = await signDraft({ content: 'x', created_at: 5 }, options({}, mining));
      assert.equal(event.created_at, 5);
      assert.equal(asked[0]!.now, 5);
    });

    test('work that was done elsewhere is kept, and more than that is done anew', async () => {
      const { sig, ...mined } = await signDraft(
        { content: 'x', created_at: 5 },
        options({}, miningOf(9).mining),
      );
      for (const bits of [0, 8, 9]) {
        const { mining, asked } = miningOf(bits);
        assert.equal((await signDraft(mined, options({}, mining))).id, mined.id);
        assert.equal(asked.length, 0);
      }
      const { mining } = miningOf(10);
      const { id, ...without } = mined;
      const event = await signDraft(without, options({}, mining));
      assert.ok(committedDifficulty(event) >= 10);
      assert.equal(event.tags.filter(([name]) => name === 'nonce').length, 1);
    });

    test('an id that the work would change is refused before the work', async () => {
      const { mining, asked } = miningOf(10);
      const { id } = await signDraft({ content: 'x', created_at: 5 }, options());
      await assert.rejects(
        signDraft({ content: 'x', created_at: 5, id }, options({}, mining)),
        /--pow would change/,
      );
      const claimed = { content: 'x', tags: [['nonce', '1', '10']], id: '0'.repeat(64) };
      await assert.rejects(signDraft(claimed, options({}, mining)), /the id is not the hash/);
      assert.equal(asked.length, 0);
    });

    test('no work is asked for by 0 bits', async () => {
      assert.deepEqual(
        (await signTemplate({ tags: [], content: 'x' }, options({}, miningOf(0).mining))).tags,
        [],
      );
    });
  });
});
