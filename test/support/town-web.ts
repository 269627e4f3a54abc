// The web server of the town: names (NIP-05) and payments (LNURL-pay, NIP-57) of its people, over HTTPS with a certificate
// of the authority that nobody trusts. How it misbehaves is said by its manners.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeInvoice, NEEDED } from './invoices.ts';
import { type Person, person } from './people.ts';
import { RELAY_CERTIFICATE, RELAY_KEY } from './tls-front.ts';

/** Who signs receipts. */
export const PROVIDER = person('06'.repeat(32));

/** What it does otherwise than it should. */
export interface WebManners {
  /** Fields of the payment document that are another. */
  pay?: Readonly<Record<string, unknown>>;
  /** Thousandths of a satoshi in the invoice, where not those that were asked for. */
  invoiceAmount?: number;
  /** What the invoice has the hash of, where not the zap request. */
  described?: string;
  /** Answers nothing at all. */
  hangs?: boolean;
}

export interface TownWeb {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** What was asked, paths with their queries. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export async function startTownWeb(
  people: Readonly<Record<string, Person>>,
  manners: WebManners = {},
): Promise<TownWeb> {
  const asked: string[] = [];
  let host = '';
  const answer = (path: string): unknown => {
    const { pathname, searchParams } = new URL(path, 'https://town');
    const [, place = '', name = ''] = /^\/(\.well-known\/lnurlp|pay)\/([a-z]+)$/.exec(pathname) ?? [];
    if (pathname === '/.well-known/nostr.json') return { names: keysOf(people) };
    if (!Object.hasOwn(people, name)) return undefined;
    return place === 'pay' ? invoiceFor(searchParams, manners) : payDocument(host, name, manners);
  };
  const server = createServer({ cert: RELAY_CERTIFICATE, key: RELAY_KEY }, (request, response) => {
    asked.push(request.url!);
    if (!manners.hangs) reply(request, response, answer);
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function reply({ url }: IncomingMessage, response: ServerResponse, answer: (path: string) => unknown): void {
  const body = answer(url!);
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body ?? { status: 'ERROR', reason: 'nobody of that name' }));
}

const keysOf = (people: Readonly<Record<string, Person>>) =>
  Object.fromEntries(Object.entries(people).map(([name, { publicKey }]) => [name, publicKey]));

function payDocument(host: string, name: string, { pay }: WebManners): object {
  return {
    tag: 'payRequest',
    callback: `https://${host}/pay/${name}`,
    minSendable: 1000,
    maxSendable: 100_000_000,
    metadata: JSON.stringify([['text/plain', `to ${name}`]]),
    allowsNostr: true,
    nostrPubkey: PROVIDER.publicKey,
    ...pay,
  };
}

function invoiceFor(query: URLSearchParams, { invoiceAmount, described }: WebManners): object {
  const amount = invoiceAmount ?? Number(query.get('amount'));
  const hash = createHash('sha256')
    .update(described ?? query.get('nostr') ?? '')
    .digest();
  const fields = [...NEEDED.filter(([letter]) => letter !== 'd'), ['h', hash] as const];
  const time = Math.floor(Date.now() / 1000);
  return { pr: makeInvoice(`lnbc${amount * 10}p`, time, fields), routes: [] };
}
