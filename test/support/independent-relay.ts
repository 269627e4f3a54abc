// A relay made of @nostr-relay's packages: other people's parser, validation and storage, so that a mistake our
// client and our relay share shows. Only the sockets and the NIP-11 document are ours. Its quirks, where it differs
// from NIP-01: kind-5 events are obeyed but neither stored nor remembered; an older version of a replaceable event
// gets `OK true "duplicate: …"`; `ids: []` and `kinds: []` are no condition; more than two tag conditions match
// nothing; schema errors are a NOTICE; ephemeral ties in `created_at` have no order; no NIP-70.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOutgoingNoticeMessage, LogLevel } from '@nostr-relay/common';
import { NostrRelay } from '@nostr-relay/core';
import { EventRepositorySqlite } from '@nostr-relay/event-repository-sqlite';
import { Validator } from '@nostr-relay/validator';
import { type WebSocket, WebSocketServer } from 'ws';

/** The face every relay shows to a test. */
export interface TestRelay {
  readonly url: string;
  close(): Promise<void>;
}

const MAX_MESSAGE_LENGTH = 1024 * 1024;

/** A filter without limit gets this many events; ten times as many is the most. */
const DEFAULT_LIMIT = 500;

const DOCUMENT = {
  name: 'independent',
  supported_nips: [1, 9, 11, 40, 50],
  limitation: { max_limit: DEFAULT_LIMIT * 10, default_limit: DEFAULT_LIMIT },
};

/** "Relays MUST accept CORS requests" (NIP-11). */
const DOCUMENT_HEADERS = {
  'content-type': 'application/nostr+json',
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': 'GET, OPTIONS',
};

/** Starts it on a free port of the loopback, with its database in memory; with `auth` it asks who reads messages (NIP-42). */
export async function startIndependentRelay({ auth = false } = {}): Promise<TestRelay> {
  const repository = new EventRepositorySqlite(':memory:', { defaultLimit: DEFAULT_LIMIT });
  await repository.init();
  const relay = new NostrRelay(repository, {
    logLevel: LogLevel.ERROR,
    ...(auth && { hostname: '127.0.0.1' }),
    maxSubscriptionsPerClient: 200,
    filterResultCacheTtl: 0, // else answers are a second old
    eventHandlingResultCacheTtl: 0, // else an event sent again gets its old answer for ten minutes
  });
  const validator = new Validator({
    maxContentLength: MAX_MESSAGE_LENGTH,
    maxNumberOfTags: 100_000,
    maxTagValueLength: MAX_MESSAGE_LENGTH,
    maxFilterKindsLength: 1000,
    maxFilterGenericTagsLength: 1000,
    maxSubscriptionIdLength: 64,
  });
  const http = createServer((_request, response) => {
    response.writeHead(200, DOCUMENT_HEADERS).end(JSON.stringify(DOCUMENT));
  });
  const sockets = new WebSocketServer({ server: http, maxPayload: MAX_MESSAGE_LENGTH });
  sockets.on('connection', socket => converse(socket, relay, validator));
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await new Promise(resolve => http.close(resolve));
      await relay.destroy();
      await repository.destroy();
    },
  };
}

/** Hands frames over one after the other: its own handlers would overtake each other. */
function converse(socket: WebSocket, relay: NostrRelay, validator: Validator): void {
  relay.handleConnection(socket);
  let turn = Promise.resolve();
  socket.on('message', data => {
    turn = turn.then(async () => {
      try {
        await relay.handleMessage(socket, await validator.validateIncomingMessage(data as Buffer));
      } catch (error) {
        socket.send(JSON.stringify(createOutgoingNoticeMessage((error as Error).message)));
      }
    });
  });
  socket.on('close', () => relay.handleDisconnect(socket));
  socket.on('error', () => socket.terminate());
}
