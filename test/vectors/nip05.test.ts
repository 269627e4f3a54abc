// The published names and documents of NIP-05.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { nip05Url, parseNip05, readNip05 } from '../../src/protocol/nip05.ts';
import { fetchJson } from '../../src/relay/wire/http.ts';
import { describeWhole } from '../support/vectors.ts';

describeWhole('nip05/nip05.json', ({ url, valid_local_charset, must_reject, documents, http }) => {
  for (const [name, expected] of url) test(name, () => assert.equal(nip05Url(parseNip05(name)), expected));

  test(`a name holds ${valid_local_charset}, in either case, and nothing else`, () => {
    assert.equal(valid_local_charset, 'a-z0-9-_.');
    for (let code = 0; code < 0x250; code++) {
      const character = String.fromCharCode(code);
      if (/[a-z0-9_.-]/i.test(character))
        assert.equal(parseNip05(`a${character}@b.example`).local, `a${character.toLowerCase()}`);
      else assert.throws(() => parseNip05(`a${character}@b.example`), { name: 'InvalidNip05' }, character);
    }
  });

  for (const text of must_reject) {
    const [name] = text.split(' (') as [string];
    // "lower-casing on input is tolerated by some": by us.
    if (text.includes('tolerated'))
      test(`lowers ${name}`, () => assert.equal(parseNip05(name).local, name.split('@')[0]!.toLowerCase()));
    else test(`rejects ${text}`, () => assert.throws(() => parseNip05(text), { name: 'InvalidNip05' }));
  }

  for (const [i, { identifier, json, pubkey, ok }] of documents.entries())
    test(`document ${i + 1}: ${identifier}`, () => {
      const { local } = parseNip05(identifier);
      const said = () => readNip05(json, local);
      if (ok) assert.deepEqual(said(), { pubkey, relays: json.relays?.[pubkey] ?? [] });
      else if (json.names[local].startsWith('npub')) assert.throws(said, { name: 'InvalidNip05' });
      else assert.notEqual(said().pubkey, pubkey);
      // Every name of the document is read or refused, never another's.
      for (const name of Object.keys(json.names))
        if (ok) assert.equal(readNip05(json, name).pubkey, json.names[name]);
    });

  for (const { status, ok } of http)
    test(`HTTP ${status} is no answer, wherever it leads`, async t => {
      const asked: (string | undefined)[] = [];
      const server = createServer((request, response) => {
        asked.push(request.url);
        response.writeHead(request.url === '/there' ? 200 : status, { location: '/there' });
        response.end(JSON.stringify({ names: { bob: 'ab'.repeat(32) } }));
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      t.after(() => server.close());
      const bounds = { route: undefined, connectTimeout: 60_000, timeout: 60_000, signal: t.signal };
      const { port } = server.address() as AddressInfo;
      const answer = fetchJson(`http://127.0.0.1:${port}/.well-known/nostr.json?name=bob`, bounds);
      assert.equal(ok, false);
      await assert.rejects(answer, { name: 'HttpError', reason: 'refused', status });
      assert.equal(asked.length, 1);
    });
});
