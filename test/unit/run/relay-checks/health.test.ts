import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import { Connection } from '../../../../src/relay/link/connection.ts';
import { Arrival } from '../../../../src/relay/query/arrival.ts';
import { examine } from '../../../../src/run/relay-checks/health.ts';
import { A, T0 } from '../../../support/people.ts';
import { patience } from '../../../support/wire.ts';

const TIMEOUT = 300;

/** Answers a REQ for an author with EOSE, and any other with new events without an end, far oftener than `TIMEOUT`. */
async function endlessRelay(t: TestContext): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await new Promise(resolve => server.once('listening', resolve));
  t.after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on('connection', socket => {
    socket.on('message', data => {
      const [type, id, filter] = JSON.parse(data.toString());
      if (type !== 'REQ') return;
      if (filter.authors) socket.send(JSON.stringify(['EOSE', id]));
      else pour(socket, id);
    });
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function pour(socket: WebSocket, id: string): Promise<void> {
  for (let i = 0; socket.readyState === socket.OPEN; i++) {
    const event = await A.sign({ kind: 1, created_at: T0, tags: [], content: String(i) });
    socket.send(JSON.stringify(['EVENT', id, event]));
    await new Promise(resolve => setTimeout(resolve, TIMEOUT / 10));
  }
}

describe('a relay that sends events and no EOSE', () => {
  test('has no more time for the newest event than for any answer', { timeout: 60_000 }, async t => {
    const relay = await endlessRelay(t);
    const connection = patience({ relayTimeout: TIMEOUT });
    const health = await examine(relay, { connection, filters: [{}], verifier: undefined });
    assert.deepEqual(health.problem, { end: 'timeout', reason: 'no EOSE' });
    assert.equal(health.newest, undefined);
  });

  test('is not waited for when an event is to arrive', { timeout: 60_000 }, async t => {
    const connection = await Connection.open(await endlessRelay(t), patience());
    t.after(() => connection.close());
    const arrival = new Arrival(connection, [{}]);
    t.after(() => arrival.close());
    assert.deepEqual(await arrival.listening(TIMEOUT), { type: 'stopped' });
  });
});
