// The figures of relay-ping, as a process on real sockets, beside what the relay saw: each is no less than the relay held
// its answer, and no more than lies between what must have been before and what must have been after. That holds whatever
// else the machine does; the same on a clock in the hand of the test is exact: test/unit/run/relay-checks/pinging.test.ts.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as elapse } from 'node:timers/promises';
import { type Answer, startHeld } from '../support/held-relay.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');

const PINGS = 4;

/** Milliseconds for which the relay holds its answers: none could be mistaken for another. */
const HOLD: Record<Answer, number> = { upgrade: 30, req: 70, publish: 40, delivery: 40 };

/** What a time is rounded to. */
const ROUNDED = 0.001;

type Times = Record<'tcp' | 'upgrade' | 'connect' | 'req' | 'publish' | 'delivery', number>;

interface Line {
  type: string;
  ms: unknown;
}

/** By the nearest rank. */
function percentile(times: readonly number[], percent: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.ceil((percent * sorted.length) / 100) - 1]!;
}

test('each figure of relay-ping lies between what the relay saw and what could be seen', async t => {
  const { url, held } = await startHeld(t, answer => elapse(HOLD[answer]));
  let before = performance.now();
  const words = ['relay-ping', '-c', String(PINGS), '--interval', '1ms', '--throwaway', url];
  const child = spawn(process.execPath, [NOST, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const lines: { line: Line; readAt: number }[] = [];
  for await (const text of createInterface(child.stdout))
    lines.push({ line: JSON.parse(text), readAt: performance.now() });
  const pings = lines.slice(0, -1).map(({ line }) => line.ms as Times);
  assert.equal(pings.length, PINGS);

  const within = (what: keyof Times, seq: number, low: number, high: number) => {
    const ms = pings[seq]![what];
    const isSo = ms >= low - ROUNDED && ms <= high + ROUNDED;
    assert.ok(isSo, `ping ${seq + 1}: ${what} took ${ms} ms, but it was between ${low} and ${high}`);
  };
  for (const [seq, ms] of pings.entries()) {
    const [hello, asked, secondHello, listening, ...last] = held.slice(6 * seq, 6 * seq + 6);
    assert.deepEqual(
      [hello, asked, secondHello, listening].map(step => step!.answer),
      ['upgrade', 'req', 'upgrade', 'req'],
    );
    within('tcp', seq, 0, hello!.came - before);
    within('upgrade', seq, hello!.went - hello!.came, asked!.came - before);
    assert.ok(Math.abs(ms.connect - ms.tcp - ms.upgrade) <= 2 * ROUNDED, 'connect is both together');
    within('req', seq, asked!.went - asked!.came, secondHello!.came - hello!.went);
    for (const { answer, came, went } of last)
      within(answer as keyof Times, seq, went - came, lines[seq]!.readAt - listening!.went);
    before = last[1]!.went;
  }

  const summary = lines.at(-1)!.line;
  assert.equal(summary.type, 'summary');
  const figures = summary.ms as Record<keyof Times, Record<string, number>>;
  for (const what of Object.keys(pings[0]!) as (keyof Times)[]) {
    const times = pings.map(ms => ms[what]);
    const { avg, ...exact } = figures[what];
    assert.deepEqual(exact, {
      min: Math.min(...times),
      p50: percentile(times, 50),
      p95: percentile(times, 95),
      p99: percentile(times, 99),
      max: Math.max(...times),
    });
    const sum = times.reduce((sum, time) => sum + time, 0);
    assert.ok(Math.abs(avg! - sum / PINGS) <= ROUNDED, `${what}: ${avg} is the average of ${times}`);
  }
});
