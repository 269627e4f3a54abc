// A relay with faults as a whole: what waits is bounded and forgotten in time, and no mixture of faults harms the relay.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseFault } from '../../../../src/server/faults/fault.ts';
import { FaultPlan } from '../../../../src/server/faults/plan.ts';
import { eventually, FakeTransport } from '../../../support/fake-transport.ts';
import { BareClient, HANDSHAKE, startFaulty } from '../../../support/faulty-relay.ts';
import { A, T0 } from '../../../support/people.ts';
import type { RawClient } from '../../../support/raw-client.ts';

const notes = Array.from({ length: 12 }, (_, i) => A.note(`note ${i}`, T0 + i)).reverse();

/** Waits until the relay has done what was asked before. */
async function settled(client: RawClient): Promise<void> {
  client.send(['COUNT', 'settled', { ids: [A.publicKey] }]);
  await client.nextLike('COUNT', 'settled');
}

describe('a relay with faults', () => {
  test('has random challenges as long as no seed is named', async t => {
    const relay = await startFaulty(t, [], { events: notes, auth: true });
    const challenges = await Promise.all(
      [relay.connect(), relay.connect()].map(async each => (await (await each).nextLike('AUTH'))[1]),
    );
    assert.notEqual(challenges[0], challenges[1]);
    assert.deepEqual(relay.plan.texts, []);
  });

  test('tells each fault as it happens', async t => {
    const relay = await startFaulty(t, ['bad-sig', 'drop-after=1'], { events: notes });
    const client = await relay.connect();
    client.send(['REQ', 's', {}]);
    await client.closed;
    const told = relay.lines.filter(line => line.includes(' fault ')).map(line => line.split(' fault ')[1]);
    assert.deepEqual(told, [`bad-sig ${notes[0]!.id.slice(0, 8)}`, 'drop-after']);
  });

  test('ends at once though frames wait; what waits is sent before the goodbye', async t => {
    const relay = await startFaulty(t, ['eose-delay=1h', 'ok-delay=1h', 'slow=1/h@kind=7'], {
      events: notes,
    });
    const client = await relay.connect();
    client.send(['REQ', 's', { kinds: [1], limit: 1 }]);
    client.send(['EVENT', A.sign({ kind: 4 })]);
    await settled(client);
    await relay.close(60_000);
    assert.equal((await client.closed).code, 1001);
    assert.deepEqual(
      client.received.slice(-2).map(([type]) => type),
      ['EOSE', 'OK'],
    );
  });

  test('forgets what waits for a client that has gone', async t => {
    const relay = await startFaulty(t, ['ok-delay=1h', 'slow=1/h'], { events: notes });
    const client = await relay.connect();
    for (let i = 0; i < 50; i++) client.send(['EVENT', A.note(`x ${i}`)]);
    client.send(['REQ', 's', {}]);
    await client.close();
    await relay.close(60_000); // it would wait for the frames
  });

  test('stops reading while too much waits, and closes what is too slow', async t => {
    const big = 'x'.repeat(500_000);
    const relay = await startFaulty(t, ['eose-delay=1h@1'], { events: notes });
    const [slow, writer] = [await relay.connect(), await relay.connect()];
    slow.send(['REQ', 's', { kinds: [1], limit: 1 }]);
    await settled(slow);
    for (let i = 0; i < 40; i++) assert.equal((await writer.publish(A.note(big + i)))[2], true);
    const closed = await slow.nextLike('CLOSED', 's');
    assert.match(closed[2], /too slow/);
    assert.equal(slow.received.filter(([type]) => type === 'EVENT').length, 1);
  });

  test('drops a connection for which too much waits', () => {
    const lines: string[] = [];
    const plan = new FaultPlan({ faults: [parseFault('slow=1/h')], log: line => lines.push(line) });
    const connection = plan.connect(new FakeTransport(), new Socket(), 'peer');
    const notice = JSON.stringify(['NOTICE', 'x'.repeat(2 ** 20)]);
    for (let i = 0; i < 31; i++) connection.send(notice);
    assert.ok(connection.backlog > 30 * 2 ** 20);
    for (let i = 0; i < 3; i++) connection.send(notice);
    assert.equal(connection.backlog, 0);
    assert.match(lines.join(), /^peer fault \d+ characters wait, which is too much: the connection ends$/);
    connection.close();
  });

  test('drops the connection for which the most waits when all hold too much together', () => {
    const lines: string[] = [];
    const plan = new FaultPlan({ faults: [parseFault('slow=1/h')], log: line => lines.push(line) });
    const peers = Array.from({ length: 8 }, (_, i) =>
      plan.connect(new FakeTransport(), new Socket(), `p${i}`),
    );
    const notice = JSON.stringify(['NOTICE', 'x'.repeat(2 ** 20)]);
    for (let round = 0; round < 16; round++) for (const peer of peers) peer.send(notice);
    for (let i = 0; i < 7; i++) peers[5]!.send(notice);
    assert.equal(lines.length, 0);
    for (let i = 0; i < 2; i++) peers[2]!.send(notice);
    assert.deepEqual(
      lines.map(line => line.split(' ')[0]),
      ['p5'],
    );
    assert.deepEqual(
      peers.map(peer => peer.backlog > 0),
      peers.map((_, i) => i !== 5),
    );
    for (const peer of peers) peer.close();
  });

  test('ends though a client keeps what the relay has dropped', async t => {
    const relay = await startFaulty(t, ['drop-after=1'], { events: notes });
    const socket = connect({ port: relay.port, host: '127.0.0.1', allowHalfOpen: true });
    t.after(() => socket.destroy());
    socket.on('error', () => {}).resume();
    socket.write(HANDSHAKE);
    await once(socket, 'data');
    socket.write(BareClient.frame(['REQ', 's', {}]));
    await once(socket, 'end');
    await relay.close(60_000);
  });

  test('lives through any mixture of faults and questions, and is honest when they are cleared', async t => {
    const relay = await startFaulty(t, [], { events: notes });
    const fault = fc.constantFrom(
      ...[
        'eose-delay=1h',
        'eose-delay=1ms',
        'no-eose',
        'closed=error',
        'drop-after=3',
        'ok-delay=1h',
        'ok-never',
      ],
      ...[
        'reject=blocked',
        'bad-sig=0.5',
        'dup=0.5',
        'reorder',
        'garbage=0.5',
        'half-frame=5',
        'rst=4',
        'rst',
      ],
      ...[
        'slow=1/h',
        'slow=1000/s',
        'ignore-limit',
        'cut=2',
        'cut=0',
        'notice=x',
        'dup@kind=1',
        'clear',
        'clear slow',
      ],
    );
    const question = fc.oneof(
      fc
        .record({ id: fc.constantFrom('a', 'b'), limit: fc.nat(12) })
        .map(({ id, limit }) => ['REQ', id, { limit }]),
      fc.constantFrom<unknown[]>(
        ['CLOSE', 'a'],
        ['COUNT', 'a', {}],
        ['REQ', 'b'],
        ['EVENT', { id: 1 }],
        ['X'],
      ),
      fc.integer({ min: 0, max: 11 }).map(i => ['EVENT', notes[i]]),
    );
    const step = fc.oneof(fault, question);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async steps => {
        const bare = await relay.bare();
        for (const each of steps) {
          if (typeof each !== 'string') bare.send(each);
          else relay.plan.change(each.startsWith('clear') ? each : `set ${each}`);
          await new Promise(resolve => setImmediate(resolve));
        }
        relay.plan.change('clear');
        bare.socket.destroy();
        const client = await relay.connect();
        assert.deepEqual(await client.query({}), notes);
        await client.close();
      }),
      { numRuns: 60 },
    );
    await eventually(() => relay.lines.at(-1)!.includes('disconnected'));
    assert.deepEqual(
      relay.lines.filter(line => line.includes('could not be handled')),
      [],
    );
  });
});
