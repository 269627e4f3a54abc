// The published gift wraps of NIP-59 and NIP-17, and wraps that are made to deceive.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseEvent } from '../../src/protocol/event.ts';
import { hexToBytes } from '../../src/protocol/hex.ts';
import { publicKeyOf } from '../../src/protocol/keys.ts';
import { InvalidWrap, keyHolder, openGift, recipientOf, rumorOf } from '../../src/protocol/nip59.ts';
import { checkEvent } from '../../src/protocol/signature.ts';
import { describeWhole } from '../support/vectors.ts';

describeWhole('nip59/nip59-nip17.json', ({ nip17, nip59 }) => {
  const { wrap, seal, rumor, recipient_sk: seckey, rumor_id_ok } = nip59;
  const example = {
    unwrap_with: 'the recipient of NIP-59',
    seckey,
    wrap,
    seal,
    rumor,
    rumor_id_matches: rumor_id_ok,
  };

  for (const { unwrap_with, seckey, wrap, seal, rumor, rumor_id_matches } of [...nip17, example]) {
    test(`the wrap of ${unwrap_with}`, async () => {
      const opened = await openGift(parseEvent(wrap), keyHolder(hexToBytes(seckey)));
      assert.deepEqual(opened, { seal, rumor });
      assert.equal(rumor_id_matches, true);
      assert.deepEqual(rumorOf(rumor), rumor);
      assert.equal(recipientOf(wrap), publicKeyOf(hexToBytes(seckey)));
    });
  }

  test('the keys and signatures of the example of NIP-59', () => {
    assert.equal(publicKeyOf(hexToBytes(nip59.author_sk)), seal.pubkey);
    assert.equal(publicKeyOf(hexToBytes(nip59.ephemeral_sk)) === wrap.pubkey, nip59.eph_pubkey_matches);
    const failed = checkEvent(parseEvent(wrap));
    assert.deepEqual([failed !== 'id', failed === undefined], [nip59.wrap_id_ok, nip59.wrap_sig_ok]);
    assert.equal(checkEvent(parseEvent(seal)) === undefined, nip59.seal_sig_ok);
  });
});

/** Each deceit, and the layer and the words that it is refused with. */
const REASONS: Readonly<Record<string, RegExp>> = {
  'rumor-pubkey-differs-from-seal': /^rumor: it says it is by [0-9a-f]{64}, but [0-9a-f]{64} sealed it$/,
  'seal-kind-not-13': /^seal: kind 1 is no seal: it must be 13$/,
  'rumor-id-wrong': /^rumor: the id is not the hash of the rest$/,
  'content-not-json': /^rumor: not JSON$/,
};

describeWhole(
  'nip59/nip59-adversarial.json',
  ({ recipient_sk, recipient_pubkey, cases }) => {
    const reader = keyHolder(hexToBytes(recipient_sk));

    test('the key of the reader', () =>
      assert.equal(publicKeyOf(hexToBytes(recipient_sk)), recipient_pubkey));

    test('every case is known here', () => {
      assert.deepEqual(
        cases.map(({ name }: { name: string }) => name).sort(),
        ['ok', ...Object.keys(REASONS)].sort(),
      );
    });

    for (const { name, accept, wrap } of cases) {
      test(name, async () => {
        const opening = openGift(parseEvent(wrap), reader);
        if (accept === true) return void (await opening);
        await assert.rejects(opening, error => {
          assert.ok(error instanceof InvalidWrap);
          assert.match(error.message, REASONS[name]!);
          return true;
        });
      });
    }

    test('nost unwrap opens the good one among them, and refuses each of the others for its own reason', () => {
      const { stdout, status } = spawnSync(
        process.execPath,
        [join(import.meta.dirname, '../../bin/nost.js'), 'unwrap', '--results', '-'],
        {
          input: cases.map(({ wrap }: { wrap: object }) => `${JSON.stringify(wrap)}\n`).join(''),
          env: { PATH: process.env['PATH'], NOSTR_SECRET_KEY: recipient_sk },
          encoding: 'utf8',
        },
      );
      const results = stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line));
      for (const [i, { name, accept }] of cases.entries()) {
        const { valid, layer, reason } = results[i];
        assert.equal(valid, accept === true, name);
        if (!valid) assert.match(`${layer}: ${reason}`, REASONS[name]!);
      }
      assert.equal(results.length, cases.length);
      assert.equal(status, 1);
    });

    describe('damaged on the way', () => {
      const { wrap } = cases.find(({ name }: { name: string }) => name === 'ok');
      const last = (hex: string) => hex.slice(0, -1) + (hex.endsWith('0') ? '1' : '0');
      const damages: readonly [part: string, reason: RegExp][] = [
        ['id', /^wrap: the id is not the hash/],
        ['sig', /^wrap: the signature is not/],
        ['pubkey', /^wrap: the id is not the hash/],
      ];
      for (const [part, reason] of damages)
        test(part, () =>
          assert.rejects(openGift({ ...wrap, [part]: last(wrap[part]) }, reader), { message: reason }),
        );
    });
  },
  { prose: ['why'] },
);
