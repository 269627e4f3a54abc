import assert from 'node:assert/strict';
import test from 'node:test';
import { inspect } from 'node:util';
import { SignerError } from '../../../src/errors.ts';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import { InvalidKey } from '../../../src/protocol/keys.ts';
import { conversationKey } from '../../../src/protocol/nip44.ts';
import { checkEvent } from '../../../src/protocol/signature.ts';
import { LocalSigner } from '../../../src/signer/local.ts';
import { overwrittenFrom } from '../../support/overwritten.ts';
import { A, B } from '../../support/people.ts';

const SECRET = '67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa';
const PUBKEY = '7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e';
const TEMPLATE = { kind: 1, created_at: 1_700_000_000, tags: [['t', 'x']], content: 'hello' };

test('a local signer signs as the author of its key, and the event verifies', async () => {
  const signer = new LocalSigner(hexToBytes(SECRET));
  const event = await signer.sign(TEMPLATE);
  assert.equal(signer.publicKey, PUBKEY);
  assert.equal(event.pubkey, PUBKEY);
  assert.equal(checkEvent(event), undefined);
});

test('of a bulk every signature is valid, and none is like another', async () => {
  const signer = new LocalSigner(hexToBytes(SECRET));
  const signatures = new Set<string>();
  for (let i = 0; i < 40; i++) {
    const event = await signer.sign(TEMPLATE);
    assert.equal(checkEvent(event), undefined);
    signatures.add(event.sig);
  }
  assert.equal(signatures.size, 40);
  signer.close();
  await assert.rejects(signer.sign(TEMPLATE), SignerError);
});

test('closing zeroes the very bytes that were handed over, and may be done twice', () => {
  const bytes = hexToBytes(SECRET);
  const signer = new LocalSigner(bytes);
  signer.close();
  signer.close();
  assert.deepEqual(bytes, new Uint8Array(32));
});

test('a closed signer does not sign, but still knows who it was', async () => {
  const signer = new LocalSigner(hexToBytes(SECRET));
  signer.close();
  await assert.rejects(
    signer.sign(TEMPLATE),
    error => error instanceof SignerError && error.code === 'signer_closed',
  );
  assert.equal(signer.publicKey, PUBKEY);
});

test('nothing that prints an object shows the secret', () => {
  const signer = new LocalSigner(hexToBytes(SECRET));
  const shown = [
    String(signer),
    JSON.stringify(signer),
    inspect(signer, { showHidden: true, depth: null, getters: true }),
    inspect({ ...signer }),
    inspect(structuredClone({ ...signer })),
    inspect(Object.getOwnPropertyNames(signer).map(name => Reflect.get(signer, name))),
  ];
  for (const text of shown) {
    assert.ok(!text.toLowerCase().includes(SECRET), text);
    assert.ok(!text.includes('0x67') && !text.includes('103, 222'), text);
  }
  assert.equal(JSON.stringify(signer), JSON.stringify({ publicKey: PUBKEY }));
});

test('bytes that are no key make no signer', () => {
  assert.throws(() => new LocalSigner(new Uint8Array(32)), InvalidKey);
  assert.throws(() => new LocalSigner(new Uint8Array(31).fill(1)), InvalidKey);
});

test('letters come and go by NIP-44 and NIP-04, until it is closed', async () => {
  const [alice, bob] = [A, B].map(({ secretKey }) => new LocalSigner(Uint8Array.from(secretKey)));
  const letter = await alice!.nip44Encrypt(B.publicKey, 'hello');
  assert.equal(await bob!.nip44Decrypt(A.publicKey, letter), 'hello');
  assert.equal(await alice!.nip44Decrypt(B.publicKey, letter), 'hello'); // one's own too
  const old = await alice!.nip04Encrypt(B.publicKey, 'hello');
  assert.equal(await bob!.nip04Decrypt(A.publicKey, old), 'hello');
  bob!.close();
  await assert.rejects(bob!.nip44Decrypt(A.publicKey, letter), /closed/);
  await assert.rejects(bob!.nip04Encrypt(A.publicKey, 'x'), /closed/);
});

test('keys shared with peers are made once, and overwritten when it closes', async t => {
  const signer = new LocalSigner(hexToBytes(A.secretHex));
  const key = Buffer.from(conversationKey(A.secretKey, B.publicKey)).toString('hex');
  const overwritten = overwrittenFrom(t);
  const payload = await signer.nip44Encrypt(B.publicKey, 'x');
  assert.equal(await signer.nip44Decrypt(B.publicKey, payload), 'x');
  assert.ok(!overwritten.includes(key));
  signer.close();
  assert.ok(overwritten.includes(key));
});

test('with many letters what is faster agrees, with the same keys; also where it closes meanwhile', async () => {
  const machine = { platform: process.platform, env: {} };
  const slow = new LocalSigner(Uint8Array.from(A.secretKey));
  const fast = new LocalSigner(Uint8Array.from(A.secretKey), machine);
  for (let turn = 0; turn < 6; turn++) {
    const { publicKey } = new LocalSigner(new Uint8Array(32).fill(turn + 1));
    const [letter, old] = [await slow.nip44Encrypt(publicKey, 'x'), await slow.nip04Encrypt(publicKey, 'y')];
    assert.equal(await fast.nip44Decrypt(publicKey, letter), 'x');
    assert.equal(await fast.nip04Decrypt(publicKey, old), 'y');
    assert.equal(await slow.nip44Decrypt(publicKey, await fast.nip44Encrypt(publicKey, 'z')), 'z');
  }
  const closing = new LocalSigner(Uint8Array.from(A.secretKey), machine);
  const letter = await slow.nip44Encrypt(B.publicKey, 'x');
  const read = Array.from({ length: 8 }, () => closing.nip44Decrypt(B.publicKey, letter));
  closing.close();
  for (const each of await Promise.allSettled(read)) {
    assert.equal(each.status, 'rejected');
    assert.match(String(each.reason), /closed/);
  }
});
