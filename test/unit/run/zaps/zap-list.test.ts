// `zap list`: every receipt is judged by the provider of whom it pays, and what is not valid counts for nothing.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { WebSocketServer } from 'ws';
import type { Event } from '../../../../src/protocol/event.ts';
import { encodeEntity } from '../../../../src/protocol/nip19.ts';
import { PEOPLE } from '../../../support/town.ts';
import { PROVIDER } from '../../../support/town-web.ts';
import { ZapWorld } from '../../../support/zap-world.ts';

const { ann, dan, eve } = PEOPLE;

let world: ZapWorld;
before(async () => {
  world = await ZapWorld.start();
});
after(() => world.close());

let payments = 0;

/** A zap of an event or a person that was paid. */
async function zapped(what: string, amount: string, ...changed: string[][]): Promise<Event> {
  world.behave({ preimage: String(++payments).padStart(64, '0') });
  const { lines, stderr } = await world.run(
    'zap',
    'send',
    what,
    amount,
    '-m',
    `for ${amount}`,
    '--relay',
    world.town.urls.north,
  );
  assert.equal(lines.length, 1, stderr);
  return world.town.web.settle(lines[0]!, ...changed);
}

test('receipts of an event and of a person, each valid or refused for its own reason, and the sum', async () => {
  const { north } = world.town.urls;
  const note = world.town.seeds.north.find(({ kind }) => kind === 1)!;
  const code = encodeEntity({ type: 'nevent', id: note.id, relays: [north], author: ann.publicKey });
  const right = await zapped(code, '21');
  const milli = await zapped(code, '1500msat');
  const person = await zapped(ann.publicKey, '5');
  // The same payment once more, others' words, and a request that was for less.
  const { tags, kind } = right;
  const shout = (tag: string[]) =>
    tag[0] === 'bolt11' ? ['bolt11', `LIGHTNING:${tag[1]!.toUpperCase()}`] : tag;
  const again = PROVIDER.sign({ kind, tags: tags.map(shout), created_at: right.created_at + 1 });
  const forged = eve.sign({ kind, tags });
  const invoice = milli.tags.find(([name]) => name === 'bolt11')!;
  const swapped = PROVIDER.sign({ kind, tags: tags.map(tag => (tag[0] === 'bolt11' ? invoice : tag)) });
  const other = PROVIDER.sign({ kind, tags: tags.map(tag => (tag[0] === 'p' ? ['p', eve.publicKey] : tag)) });
  // A payment hash is paid once, whatever invoices it stands in.
  payments--;
  const twice = await zapped(ann.publicKey, '5', ['preimage', '']);
  await world.town.add('north', again, forged, swapped, other);

  const listed = await world.run('zap', 'list', code);
  assert.equal(listed.failure, undefined, listed.stderr);
  const lines = listed.lines.map(line => JSON.parse(line));
  const sum = lines.pop();
  assert.deepEqual(sum, { receipts: 6, valid: 2, total_msat: 22_500 });
  const byId = new Map(lines.map(line => [line.id, line]));
  const { relay, ...first } = byId.get(milli.id);
  assert.deepEqual(first, {
    id: milli.id,
    valid: true,
    amount_msat: 1500,
    sender: PEOPLE.ben.publicKey,
    recipient: ann.publicKey,
    comment: 'for 1500msat',
    created_at: milli.created_at,
  });
  assert.equal(relay, north);
  const reasons = [right, again].map(({ id }) => byId.get(id).reason);
  assert.deepEqual(reasons.sort(), ['duplicate', undefined]);
  assert.equal(byId.get(forged.id).reason, 'provider');
  assert.equal(byId.get(swapped.id).reason, 'amount');
  assert.equal(byId.get(other.id).reason, 'recipient');

  const hers = await world.run('zap', 'list', ann.publicKey, '--relay', north, '--since', '1h');
  const total = JSON.parse(hers.lines.at(-1)!);
  assert.deepEqual([total.valid, total.total_msat], [3, 27_500]);
  const reasonOf = ({ id }: Event) => JSON.parse(hers.lines.find(line => line.includes(id))!).reason;
  assert.deepEqual([person, twice].map(reasonOf).sort(), ['duplicate', undefined]);
});

test('a relay that others name, and that never ends, is given up', async t => {
  const note = world.town.seeds.north.find(({ kind }) => kind === 1)!;
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  let created_at = Math.floor(Date.now() / 1000);
  server.on('connection', socket => {
    const say = (...frame: unknown[]) => socket.send(JSON.stringify(frame));
    socket.on('message', data => {
      const [verb, id, filter] = JSON.parse(data.toString());
      if (verb !== 'REQ') return;
      const isForReceipts = filter.kinds?.includes(9735);
      if (filter.ids) say('EVENT', id, note);
      if (!isForReceipts) return say('EOSE', id);
      const drip = () =>
        say('EVENT', id, eve.sign({ kind: 9735, tags: [['e', note.id]], created_at: created_at-- }));
      const timer = setInterval(drip, 50);
      socket.on('close', () => clearInterval(timer));
    });
  });
  t.after(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const hint = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const code = encodeEntity({ type: 'nevent', id: note.id, relays: [hint] });
  const { failure, lines, stderr } = await world.run(
    ...['zap', 'list', code, '--connect-timeout', '3s', '--relay-timeout', '1s'],
  );
  assert.equal(failure, undefined, stderr);
  assert.match(stderr, new RegExp(`${hint}: timeout`));
  assert.match(lines.at(-1)!, /"valid":\d+,"total_msat"/);
  assert.ok(lines.length < 300, 'before it has filled a page');
});

test('what a relay does not page to the end has its sum, too', async t => {
  const receipt = eve.sign({ kind: 9735, tags: [['p', ann.publicKey]], created_at: 1_700_000_000 });
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  t.after(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  server.on('connection', socket => {
    const say = (...frame: unknown[]) => socket.send(JSON.stringify(frame));
    socket.on('message', data => {
      const [verb, id, filter] = JSON.parse(data.toString());
      if (verb !== 'REQ') return;
      if (filter.kinds?.includes(9735)) say('EVENT', id, receipt); // whatever `until` says
      say('EOSE', id);
    });
  });
  const relays = [world.town.urls.index, `ws://127.0.0.1:${(server.address() as AddressInfo).port}`];
  const { failure, lines, stderr } = await world.run(
    ...['zap', 'list', ann.publicKey, ...relays.flatMap(relay => ['--relay', relay])],
  );
  assert.equal(failure, 'partial gap', stderr);
  assert.match(lines.at(-1)!, /^\{"receipts":\d+,"valid":3,"total_msat":27500\}$/);
});

test('without a provider nothing can be judged, and nothing is listed', async () => {
  const none = await world.run('zap', 'list', dan.publicKey);
  assert.deepEqual([none.failure, none.lines], ['refused no_zaps', []]);
  world.behave({ hangs: true });
  const silent = await world.run('zap', 'list', ann.publicKey, '--relay-timeout', '3s');
  assert.deepEqual([silent.failure, silent.lines], ['timeout lnurl', []]);
  assert.equal(
    (await world.run('zap', 'list', ann.publicKey, '--since', '1500000000000')).failure,
    'usage bad_value',
  );
});
