import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidConnectionUri, parseBunkerUri, parseClientUri } from '../../../src/protocol/nip46.ts';
import { describeVectors, vectorJson } from '../../support/vectors.ts';

const key = 'ab'.repeat(32);

test('a client says what it asks for, and who it is', () => {
  const uri = `nostrconnect://${key}?relay=wss://r.example&name=My+Client&perms=,sign_event:1,,&url=https%3A%2F%2Fx&image=`;
  assert.deepEqual(parseClientUri(uri), {
    pubkey: key,
    relays: ['wss://r.example'],
    secret: undefined,
    permissions: ['sign_event:1'],
    name: 'My Client',
    url: 'https://x',
    image: undefined,
  });
});

test('the URI of a client is not that of a signer', () => {
  assert.throws(() => parseBunkerUri(`nostrconnect://${key}?relay=wss://r.example`), InvalidConnectionUri);
});

describeVectors('nip46-47/uris.json', () => {
  test('the example of nostrconnect', () => {
    const { uri, client_pubkey, relays, perms, name, secret } = vectorJson('nip46-47/uris.json').nostrconnect;
    const { pubkey, permissions, ...rest } = parseClientUri(uri);
    assert.deepEqual([pubkey, permissions], [client_pubkey, perms]);
    assert.deepEqual(rest, { relays, secret, name, url: undefined, image: undefined });
  });
});
