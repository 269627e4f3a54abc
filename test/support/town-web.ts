// The web server of the town: names (NIP-05) and payments (LNURL-pay, NIP-57) of its people, over HTTPS with a certificate
// of the authority that nobody trusts. How it misbehaves is said by its manners.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Event } from '../../src/protocol/event.ts';
import { type Field, makeInvoice, NEEDED } from './invoices.ts';
import { type Person, person } from './people.ts';
import { seedRelay } from './script-fixtures.ts';
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
  /** 64 hex digits: what the payer learns, where not `PREIMAGE`. */
  preimage?: string;
  /** How the invoice begins before its amount, and when it was made, in unix seconds. */
  network?: string;
  invoiceTime?: number;
  /** Seconds that the invoice is good for, in words of 5 bits. */
  expiry?: readonly number[];
  /** Answers nothing at all. */
  hangs?: boolean;
  /** Answers in its own way: true when it has. */
  answers?: (path: string, response: ServerResponse) => boolean;
}

export interface TownWeb {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** What was asked, paths with their queries. */
  readonly asked: readonly string[];
  /** The invoices that it gave, in their order. */
  readonly invoices: readonly string[];
  /** The invoice was paid: publishes its receipt, but for tags that are given, where the zap request says. */
  settle(invoice: string, ...changed: string[][]): Promise<Event>;
  close(): Promise<void>;
}

export async function startTownWeb(
  people: Readonly<Record<string, Person>>,
  manners: WebManners = {},
): Promise<TownWeb> {
  const asked: string[] = [];
  /** The zap request of each invoice, as it came, and the preimage. */
  const requests = new Map<string, [request: string, preimage: string]>();
  let host = '';
  const answer = (path: string): unknown => {
    const { pathname, searchParams } = new URL(path, 'https://town');
    const [, place = '', name = ''] = /^\/(\.well-known\/lnurlp|pay)\/([a-z]+)$/.exec(pathname) ?? [];
    if (pathname === '/.well-known/nostr.json') return { names: keysOf(people) };
    if (!Object.hasOwn(people, name)) return undefined;
    if (place !== 'pay') return payDocument(host, name, manners);
    const pr = invoiceFor(searchParams, manners);
    requests.set(pr, [searchParams.get('nostr') ?? '', manners.preimage ?? PREIMAGE]);
    return { pr, routes: [] };
  };
  const server = createServer({ cert: RELAY_CERTIFICATE, key: RELAY_KEY }, (request, response) => {
    asked.push(request.url!);
    if (!manners.hangs && !manners.answers?.(request.url!, response)) reply(request, response, answer);
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    asked,
    get invoices() {
      return [...requests.keys()];
    },
    settle: (invoice, ...changed) => publishReceipt(...requests.get(invoice)!, invoice, changed),
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

/** What the payer learns. */
export const PREIMAGE = '01'.repeat(32);

const hashOf = (data: string | Buffer) => createHash('sha256').update(data).digest();

function invoiceFor(query: URLSearchParams, manners: WebManners): string {
  const { invoiceAmount, described, preimage = PREIMAGE, network = 'lnbc', invoiceTime, expiry } = manners;
  const amount = invoiceAmount ?? Number(query.get('amount'));
  const fields: Field[] = [
    ['p', hashOf(Buffer.from(preimage, 'hex'))],
    ...NEEDED.filter(([letter]) => letter === 's'),
    ['h', hashOf(described ?? query.get('nostr') ?? '')],
    ...(expiry ? [['x', expiry] as const] : []),
  ];
  return makeInvoice(`${network}${amount * 10}p`, invoiceTime ?? Math.floor(Date.now() / 1000), fields);
}

async function publishReceipt(
  request: string,
  preimage: string,
  invoice: string,
  changed: string[][],
): Promise<Event> {
  const { tags } = JSON.parse(request) as Event;
  const copied = tags.filter(([name]) => /^[aep]$/.test(name!));
  const [, ...relays] = tags.find(([name]) => name === 'relays')!;
  const right = [...copied, ['bolt11', invoice], ['description', request], ['preimage', preimage]];
  const receipt = PROVIDER.sign({
    kind: 9735,
    created_at: Math.floor(Date.now() / 1000),
    tags: right.map(tag => changed.find(([name]) => name === tag[0]) ?? tag),
  });
  await Promise.all(relays.map(relay => seedRelay(relay, [receipt])));
  return receipt;
}
