import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import { codeFault, nearbyTexts } from '../../../src/protocol/mistyped.ts';
import { encodeEntity } from '../../../src/protocol/nip19.ts';

const hex = '3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d';
const npub = encodeEntity({ type: 'npub', pubkey: hex });
const nevent = encodeEntity({
  type: 'nevent',
  id: hex,
  relays: ['wss://relay.example'],
  author: hex,
  kind: 1,
});
const nsec = encodeEntity({ type: 'nsec', secretKey: hexToBytes(hex) });
const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/** Every text that is one slip away from the data of a code. */
function* slips(data: string): Generator<string> {
  for (let i = 0; i < data.length; i++) {
    const [before, after] = [data.slice(0, i), data.slice(i + 1)];
    yield before + after;
    for (const letter of `${LETTERS}bio1`) yield before + letter + after;
    for (const letter of `${LETTERS}b`) yield before + letter + data[i] + after;
    if (after !== '') yield before + after[0] + data[i] + after.slice(1);
  }
}

describe('a code with one slip', () => {
  for (const code of [npub, nevent])
    test(`${code.slice(0, 12)}… is found, whatever the slip`, () => {
      const [prefix, data] = [code.slice(0, code.indexOf('1')), code.slice(code.indexOf('1') + 1)];
      for (const slip of slips(data)) assert.ok(nearbyTexts(prefix, slip).includes(code), slip);
    });

  test('is suggested, also when the slip is in the prefix or in the case', () => {
    for (const wrong of [
      npub.replace('npub', 'nbup'),
      npub.replace('npub', 'npb'),
      npub.replace('npub1', 'npubl'),
      npub.replace('npub1', 'npub2'),
      npub.replace('npub1', 'npub'),
      `${npub.slice(0, 9)}B${npub.slice(10)}`,
      npub.slice(0, -1),
      `${npub}q`,
      npub.toUpperCase().replace('J', 'j'),
    ])
      assert.ok(codeFault(wrong).endsWith(`; did you mean ${npub}?`), codeFault(wrong));
  });

  test('says which character or which length is wrong', () => {
    const says = (text: string, what: string) => assert.ok(codeFault(text).includes(what), codeFault(text));
    says(`${npub.slice(0, 9)}b${npub.slice(10)}`, 'character 10 is "b", which no code holds');
    says(`${npub.slice(0, 9)}Q${npub.slice(10)}`, 'mixes upper and lower case (character 10 is "Q")');
    says(npub.slice(0, -1), 'too short (62 of 63 characters)');
    says(`${npub}qq`, 'too long (65 characters instead of 63)');
    says(nevent.slice(0, -9), 'mistyped, or cut (invalid checksum)');
  });

  test('is not guessed where there are two slips', () => {
    assert.doesNotMatch(codeFault(`${npub.slice(0, 9)}bb${npub.slice(11)}`), /did you mean/);
    assert.doesNotMatch(codeFault(npub.slice(0, -6) + npub.slice(-3)), /did you mean/);
  });
});

test('signs around a code are told, and what they are is not shown', () => {
  const told = `more than a NIP-19 code; did you mean ${npub}?`;
  for (const text of [
    `@${npub}`,
    `<${npub}>`,
    `"${npub}"`,
    `//${npub}`,
    `${npub}.`,
    `hunter2,${npub},${npub}`,
  ])
    assert.equal(codeFault(text), told, text);
  assert.ok(codeFault(`(${nevent})`).endsWith(`did you mean ${nevent}?`));
  for (const text of [
    `${npub},${nevent}`,
    `@${npub.slice(0, -1)}x`,
    `${nsec},${npub}`,
    `@${nsec}`,
    `x${npub}`,
  ])
    assert.doesNotMatch(codeFault(text), /more than a NIP-19 code/, text);
});

test('of a secret key nothing is suggested, nor shown', () => {
  const data = nsec.slice(5);
  const isHidden = (text: string) => {
    const message = codeFault(text);
    for (let i = 0; i + 9 <= data.length; i++)
      assert.ok(!message.includes(data.slice(i, i + 9)), `${text}: ${message}`);
    assert.doesNotMatch(message, /did you mean|is "/);
  };
  for (const slip of slips(data)) isHidden(`nsec1${slip}`);
  for (const prefix of ['nsac1', 'sec1', 'nesc1', 'nsecl', 'n5ec1', 'nsec', 'msec1', ''])
    isHidden(prefix + data);
});

test('the time to find a slip grows with the length alone', () => {
  assert.deepEqual(nearbyTexts('nevent', 'q'.repeat(1e6)), []);
});
