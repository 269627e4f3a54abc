// The published gift wraps of NIP-59 and NIP-17, and wraps that are made to deceive.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseEvent } from '../../src/protocol/event.ts';
import { hexToBytes } from '../../src/protocol/hex.ts';
import { publicKeyOf } from '../../src/protocol/keys.ts';
import { InvalidWrap, keyHolder, openGift, recipientOf, rumorOf } from '../../src/protocol/nip59.ts';
import { describeVectors, vectorJson } from '../support/vectors.ts';

describeVectors('nip59/nip59-nip17.json', () => {
  const { nip17, nip59 } = vectorJson('nip59/nip59-nip17.json');
  const wraps = [...nip17, { ...nip59, unwrap_with: 'the recipient of NIP-59', seckey: nip59.recipient_sk }];

  for (const { unwrap_with, seckey, wrap, seal, rumor } of wraps) {
    test(`the wrap of ${unwrap_with}`, async () => {
      const opened = await openGift(parseEvent(wrap), keyHolder(hexToBytes(seckey)));
      assert.deepEqual(opened, { seal, rumor });
      assert.deepEqual(rumorOf(rumor), rumor);
      assert.equal(recipientOf(wrap), publicKeyOf(hexToBytes(seckey)));
    });
  }
});

/** Each deceit, and the layer and the words that it is refused with. */
const REASONS: Readonly<Record<string, RegExp>> = {
  'rumor-pubkey-differs-from-seal': /^rumor: it says it is by [0-9a-f]{64}, but [0-9a-f]{64} sealed it$/,
  'seal-kind-not-13': /^seal: kind 1 is no seal: it must be 13$/,
  'rumor-id-wrong': /^rumor: the id is not the hash of the rest$/,
  'content-not-json': /^rumor: not JSON$/,
};

describeVectors('nip59/nip59-adversarial.json', () => {
  const { recipient_sk, cases } = vectorJson('nip59/nip59-adversarial.json');
  const reader = keyHolder(hexToBytes(recipient_sk));

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
});
