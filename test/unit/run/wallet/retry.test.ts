// A request that is sent again is the same event: no wallet carries it out twice.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { encrypt, getConversationKey } from 'nostr-tools/nip44';
import { WebSocketServer } from 'ws';
import { keepWallet } from '../../../../src/signer/wallet-secret.ts';
import { runInside } from '../../../support/program-run.ts';
import { signerWorld } from '../../../support/signer-world.ts';
import { CLIENT, WALLET } from '../../../support/town-wallet.ts';

test('a connection that is lost is opened again with --retry, and the same request goes out', async t => {
  const requests: string[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  t.after(() => server.close());
  server.on('connection', socket => {
    let asked = '';
    const say = (...frame: unknown[]) => socket.send(JSON.stringify(frame));
    socket.on('message', data => {
      const [verb, body] = JSON.parse(data.toString());
      if (verb === 'REQ') asked = body;
      if (verb === 'REQ') say('EOSE', body);
      if (verb !== 'EVENT') return;
      requests.push(body.id);
      if (requests.length === 1) return socket.terminate();
      const answer = JSON.stringify({ result_type: 'get_balance', result: { balance: 5 } });
      const key = getConversationKey(WALLET.secretKey, CLIENT.publicKey);
      const tags = [
        ['p', body.pubkey],
        ['e', body.id],
      ];
      const created_at = Math.floor(Date.now() / 1000);
      say('EVENT', asked, WALLET.sign({ kind: 23195, content: encrypt(answer, key), tags, created_at }));
    });
  });
  const home = mkdtempSync(join(tmpdir(), 'nost-retry-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const { port } = server.address() as AddressInfo;
  const text = `nostr+walletconnect://${WALLET.publicKey}?relay=ws://127.0.0.1:${port}&secret=${CLIENT.secretHex}`;
  const place = { store: 'plain', insecure: true, line: '' } as const;
  await keepWallet({ text, where: 'a test', name: 'purse' }, place, signerWorld({ HOME: home }));

  const first = await runInside(['wallet', 'balance'], { env: { HOME: home } });
  assert.equal((first.failure as { kind: string }).kind, 'unreachable');
  requests.length = 0;
  const { written, failure } = await runInside(['wallet', 'balance', '--retry', '1'], {
    env: { HOME: home },
  });
  assert.equal(failure, undefined, written);
  assert.match(written, /"balance_msat":5/);
  assert.equal(requests.length, 2);
  assert.equal(new Set(requests).size, 1);
});
