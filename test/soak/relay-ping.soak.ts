// relay-ping measures what a script with `ws` measures by hand, at the same relay at the same time: the script pings while
// relay-ping pauses. Real processes, sockets and clocks: what the figures are whatever the machine does besides is shown
// by test/e2e/relay-ping.test.ts, and exactly by test/unit/run/relay-checks/pinging.test.ts.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, type TestContext, test } from 'node:test';
import WebSocket from 'ws';
import { Served } from '../support/served.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');

/** A machine that does other things disturbs a round; what is wrong in itself is wrong in all of them: the best counts. */
const ROUNDS = 20;
const PINGS = 60;
const AGREEMENT_MS = 1;

interface Times {
  connect: number;
  req: number;
}

/** A connection, the time to its opening, and the time from a REQ to its EOSE. */
async function byHand(url: string): Promise<Times> {
  const begun = performance.now();
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  const connect = performance.now() - begun;
  const authors = [randomBytes(32).toString('hex')];
  const asked = performance.now();
  socket.send(JSON.stringify(['REQ', 'x', { authors, limit: 1 }]));
  await once(socket, 'message');
  const req = performance.now() - asked;
  socket.close();
  return { connect, req };
}

function middle(times: readonly Times[], of: keyof Times): number {
  const sorted = times.map(time => time[of]).sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1]!;
}

/** The medians of both, one ping after the other. */
async function round(t: TestContext, url: string): Promise<{ hand: Times; ping: Times }> {
  const words = ['relay-ping', '-c', String(PINGS), '--interval', '30ms', url];
  const child = spawn(process.execPath, [NOST, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const hand: Times[] = [];
  let last: { type: string; answered: number; ms: Record<keyof Times, { p50: number }> } | undefined;
  for await (const line of createInterface(child.stdout)) {
    last = JSON.parse(line);
    if (last!.type === 'ping') hand.push(await byHand(url));
  }
  assert.deepEqual([last?.type, last?.answered, hand.length], ['summary', PINGS, PINGS]);
  return {
    hand: { connect: middle(hand, 'connect'), req: middle(hand, 'req') },
    ping: { connect: last!.ms.connect.p50, req: last!.ms.req.p50 },
  };
}

describe('the figures of relay-ping', () => {
  test('agree with those of a script within 1 ms', { timeout: 600_000 }, async t => {
    const { url } = await Served.start(t);
    await byHand(url); // what is loaded for the first one is not the relay's time
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < ROUNDS && best > AGREEMENT_MS; i++) {
      const { hand, ping } = await round(t, url);
      t.diagnostic(`by hand ${JSON.stringify(hand)}, by relay-ping ${JSON.stringify(ping)}`);
      const apart = Math.max(Math.abs(hand.connect - ping.connect), Math.abs(hand.req - ping.req));
      best = Math.min(best, apart);
    }
    assert.ok(best <= AGREEMENT_MS, `${best} ms apart`);
  });
});
