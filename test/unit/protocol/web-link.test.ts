import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeEntity, InvalidEntity } from '../../../src/protocol/nip19.ts';
import { decodeCode } from '../../../src/protocol/nip21.ts';
import { codeInLink, isWebLink } from '../../../src/protocol/web-link.ts';

const hex = '3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d';
const npub = encodeEntity({ type: 'npub', pubkey: hex });
const note = encodeEntity({ type: 'note', id: hex });
const nevent = encodeEntity({ type: 'nevent', id: hex, relays: ['wss://r.example'] });
const nprofile = encodeEntity({ type: 'nprofile', pubkey: hex, relays: [] });
const naddr = encodeEntity({ type: 'naddr', identifier: 'x', pubkey: hex, relays: [], kind: 30023 });

const LINKS: readonly [link: string, code: string][] = [
  [`https://njump.me/${nevent}`, nevent],
  [`njump.me/${nevent}`, nevent],
  [`HTTPS://NJUMP.ME/${npub.toUpperCase()}`, npub.toUpperCase()],
  [`https://primal.net/e/${note}`, note],
  [`https://primal.net/p/${nprofile}`, nprofile],
  [`https://coracle.social/${nevent}?relays=wss%3A%2F%2Fr.example`, nevent],
  [`https://iris.to/${npub}/`, npub],
  [`https://yakihonne.com/article/${naddr}`, naddr],
  [`https://snort.social/p/${npub}#replies`, npub],
  [`https://nostrudel.ninja/#/n/${nevent}`, nevent],
  [`https://habla.news/a/${naddr}`, naddr],
  [`https://satellite.earth/@${npub}`, npub],
  [`https://x.example/open?uri=nostr%3A${npub}`, npub],
  [`https://x.example/${npub}/see/${npub}`, npub],
  [`https://${npub}.nsite.example/`, npub],
  [`http://localhost:3000/${npub}`, npub],
  [`x.example:8080?${npub}/`, npub],
];

describe('the link of a web client', () => {
  for (const [link, code] of LINKS) {
    test(`${link.slice(0, 36)}… is the code in it`, () => {
      assert.ok(isWebLink(link));
      assert.equal(codeInLink(link), code);
      assert.deepEqual(decodeCode(link), decodeCode(code));
    });
  }

  test('is not what has no host before a slash', () => {
    for (const text of [
      npub,
      `nostr:${npub}`,
      `wss://r.example/${npub}`,
      `a/${npub}`,
      `./a.b/${npub}`,
      `30023:${hex}:x/y`,
    ])
      assert.ok(!isWebLink(text), text);
  });

  const refused = (link: string, why: RegExp) =>
    assert.throws(
      () => decodeCode(link),
      (error: Error) => error instanceof InvalidEntity && why.test(error.message),
    );

  test('is refused without a code, with two codes, with a broken one and with a secret key', () => {
    refused('https://x.example/about', /the link to "x\.example" holds no code/);
    refused(`https://x.example/${npub}/${note}`, /holds 2 codes/);
    refused(`https://x.example/${npub.slice(0, -1)}q`, /checksum/);
    const nsec = encodeEntity({ type: 'nsec', secretKey: new Uint8Array(32).fill(7) });
    refused('https://user:pass@x.example/', /the link to "x\.example" holds no code/);
    refused(`https://x.example/${nsec}`, /^the link to "x\.example" holds a secret key[^1]+$/);
  });

  test('of any length is read in time that grows with it', () => {
    for (const text of [
      `https://${'a.'.repeat(1e6)}/`,
      `${'a.aa'.repeat(1e6)}/`,
      `${'n'.repeat(4000)}.aa/${'npub1'.repeat(800)}`,
    ])
      assert.throws(() => decodeCode(text), InvalidEntity);
  });
});
