// A payment over a relay that refuses, closes, or wants AUTH: it is told as not made only where nobody got the request.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { encrypt, getConversationKey } from 'nostr-tools/nip44';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Event } from '../../../../src/protocol/event.ts';
import { PEOPLE } from '../../../support/town.ts';
import { CLIENT, WALLET } from '../../../support/town-wallet.ts';
import { PREIMAGE } from '../../../support/town-web.ts';
import { ZapWorld } from '../../../support/zap-world.ts';

let world: ZapWorld;
before(async () => {
  world = await ZapWorld.start();
});
after(() => world.close());

interface Session {
  socket: WebSocket;
  say(...frame: unknown[]): void;
  /** The wallet answers that it has paid, or in NIP-44 what is given. */
  pays(request: Event, otherwise?: object): void;
  /** Whether the client has authenticated on this connection, and how often it has sent a request on all. */
  isKnown: boolean;
  requests: number;
}

/** What the relay does with a request, and with the REQ for the answer to it. */
interface Manners {
  request(event: Event, session: Session): void;
  /** True where the REQ is not listened to. */
  asked?(id: string, session: Session): boolean;
  /** After what the wallet can do was told. */
  told?(session: Session): void;
  /** Where it does not have what the wallet can do, or never answers who asks for that. */
  info?: 'none' | 'never';
}

const INFO = WALLET.sign({
  kind: 13194,
  content: 'pay_invoice lookup_invoice',
  tags: [['encryption', 'nip44_v2']],
  created_at: 1_700_000_000,
});

async function openRelay(manners: Manners) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  let requests = 0;
  server.on('connection', socket => {
    let listening = '';
    const say = (...frame: unknown[]) => socket.send(JSON.stringify(frame));
    const pays = (request: Event, otherwise?: object) => say('EVENT', listening, paidFor(request, otherwise));
    const session: Session = { socket, say, pays, isKnown: false, requests };
    say('AUTH', 'who are you');
    socket.on('message', data => {
      const [verb, body, filter] = JSON.parse(data.toString());
      if (verb === 'AUTH') {
        session.isKnown = true;
        say('OK', body.id, true, '');
      } else if (verb === 'EVENT') {
        session.requests = ++requests;
        manners.request(body, session);
      } else if (verb === 'REQ' && filter.kinds[0] === 13194) {
        if (manners.info === 'never') return;
        if (manners.info !== 'none') say('EVENT', body, INFO);
        say('EOSE', body);
        manners.told?.(session);
      } else if (verb === 'REQ' && !manners.asked?.(body, session)) listening = body;
    });
  });
  const close = () => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  };
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close, connections: () => [...server.clients], requests: () => requests };
}

const PROOF = { result: { preimage: PREIMAGE } };

function paidFor({ id, pubkey }: Event, answer: object = PROOF): object {
  const text = JSON.stringify({ result_type: 'pay_invoice', ...answer });
  const content = encrypt(text, getConversationKey(WALLET.secretKey, CLIENT.publicKey));
  const tags = [
    ['p', pubkey],
    ['e', id],
  ];
  return WALLET.sign({ kind: 23195, content, tags, created_at: Math.floor(Date.now() / 1000) });
}

const says =
  (accepted: boolean, message: string): Manners['request'] =>
  ({ id }, { say }) =>
    say('OK', id, accepted, message);

/** The REQ is refused before AUTH. */
const wantsAuth: Manners['asked'] = (id, { say, isKnown }) => {
  if (!isKnown) say('CLOSED', id, 'auth-required: who are you');
  return !isKnown;
};

const [REFUSED, UNKNOWN, PAID] = ['refused wallet_refused', 'timeout payment_unknown', undefined];
const UNHEARD = 'unreachable unreachable';

const CASES: Readonly<Record<string, [manners: Manners, failure: string | undefined]>> = {
  'refuses it': [{ request: says(false, 'blocked: no') }, REFUSED],
  'says that nobody listens': [{ request: says(false, 'mute: no one was listening') }, UNHEARD],
  'fails, and may have passed it on': [{ request: says(false, 'error: could not save') }, UNKNOWN],
  'refuses without a word that means something': [{ request: says(false, '') }, UNKNOWN],
  'has it already': [
    {
      request: (event, session) => {
        session.say('OK', event.id, false, 'duplicate: have it');
        session.pays(event);
      },
    },
    PAID,
  ],
  'takes it, wants AUTH of who asks, and refuses it the second time': [
    {
      asked: wantsAuth,
      request: ({ id }, { say, isKnown }) => say('OK', id, !isKnown, isKnown ? 'blocked: enough' : ''),
    },
    UNKNOWN,
  ],
  'wants AUTH for both': [
    {
      asked: wantsAuth,
      request: (event, { say, pays, isKnown }) =>
        isKnown ? pays(event) : say('OK', event.id, false, 'auth-required: who are you'),
    },
    PAID,
  ],
  'has lost what the wallet can do, which is NIP-44': [
    {
      info: 'none',
      request(event, { pays }) {
        const error = { code: 'UNSUPPORTED_ENCRYPTION', message: '' };
        pays(event, event.content.includes('?iv=') ? { error } : undefined);
      },
    },
    PAID,
  ],
  'closes what is idle': [
    { request: (event, { pays }) => pays(event), told: ({ socket }) => setTimeout(() => socket.close(), 5) },
    PAID,
  ],
};

async function keepAt(...urls: string[]): Promise<void> {
  world.emptyHanded();
  const relays = urls.map(url => `relay=${url}`).join('&');
  await world.keep(`nostr+walletconnect://${WALLET.publicKey}?${relays}&secret=${CLIENT.secretHex}`);
}

const PAY = ['zap', 'send', PEOPLE.ann.publicKey, '21', '--pay', '--wait', '0'];

for (const [name, [manners, failure]] of Object.entries(CASES))
  test(`a relay that ${name}`, async t => {
    const relay = await openRelay(manners);
    t.after(relay.close);
    await keepAt(relay.url);
    const ended = await world.run(...PAY, '--relay-timeout', '1s');
    assert.equal(ended.failure, failure, ended.stderr);
    const paid = ended.lines.map(line => JSON.parse(line).paid);
    const isNone = failure === REFUSED || failure === UNHEARD;
    assert.deepEqual(paid, isNone ? [] : [failure === PAID || null]);
  });

test('a relay that breaks while the wallet is asked what became of it keeps nobody waiting', async t => {
  // The first request breaks the connection; what comes after is taken, and never answered.
  const relay = await openRelay({
    request: (_, { socket, requests }) => {
      if (requests === 1) socket.terminate();
    },
  });
  t.after(relay.close);
  await keepAt(relay.url);
  const { failure, stderr } = await world.run(...PAY, '--retry', '2', '--relay-timeout', '1s');
  assert.equal(failure, UNKNOWN, stderr);
  const open = () => relay.connections().filter(socket => socket.readyState === socket.OPEN);
  for (let turn = 0; turn < 10_000 && open().length > 0; turn++) await new Promise(setImmediate);
  assert.deepEqual(open(), []);
});

const OF_NO_USE: Readonly<Record<string, Manners>> = {
  'refuses the request': { request: says(false, 'blocked: no') },
  'does not know the wallet': { request: () => assert.fail('it is for the other relay'), info: 'none' },
};

for (const [name, manners] of Object.entries(OF_NO_USE))
  test(`where a relay ${name}, another of the wallet is asked, and the wallet pays once`, async t => {
    const [first, second] = [
      await openRelay(manners),
      await openRelay({ request: (event, { pays }) => pays(event) }),
    ];
    t.after(first.close);
    t.after(second.close);
    await keepAt(first.url, second.url);
    const { failure, lines, stderr } = await world.run(...PAY, '--retry', '2');
    assert.deepEqual([failure, lines.length], [PAID, 1], stderr);
    assert.equal(second.requests(), 1);
    assert.ok(first.requests() <= 1);
  });

test('--timeout is what ends the wait for what a wallet can do, and no relay refused', async t => {
  const relay = await openRelay({ request: () => {}, info: 'never' });
  t.after(relay.close);
  await keepAt(relay.url);
  const { failure, lines, stderr } = await world.run(...PAY, '--timeout', '1s');
  assert.deepEqual([failure, lines], ['timeout timeout', []], stderr);
});
