// Commands are killed at random moments, hundreds of times: the relay goes on, the next command works, and nothing
// is left running. SIGINT and SIGTERM end a command by that signal within its grace.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { numbers } from '../support/mutations.ts';
import { A, T0 } from '../support/people.ts';
import { type NostRelay, startNost } from '../support/relays.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');
const ROUNDS = 150;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;

let relay: NostRelay;
before(async () => {
  relay = await startNost({ seed: Array.from({ length: 200 }, (_, i) => A.note(`seed ${i}`, T0 + i)) });
});
after(() => relay.close());

function start(args: string[]): ChildProcess {
  return spawn(process.execPath, [NOST, ...args, relay.url], { stdio: ['pipe', 'ignore', 'pipe'] });
}

/** Kills `make`'s process after a random time; returns how long it took to go. */
async function killOne(make: () => ChildProcess, signal: NodeJS.Signals, delay: number): Promise<number> {
  const child = make();
  const gone = once(child, 'exit');
  let stderr = '';
  child.stderr!.on('data', chunk => {
    stderr += chunk;
  });
  await wait(delay);
  const sent = performance.now();
  child.kill(signal);
  const [code, by] = await gone;
  // A command that was done before, or not yet far enough to have handlers, ends its own way.
  assert.ok(by === signal || code === 0, `${signal} after ${delay} ms: ended with ${code ?? by}: ${stderr}`);
  assert.doesNotMatch(stderr, /\bat .*\.js:\d+/, 'a stack trace');
  return performance.now() - sent;
}

for (const [name, make] of [
  ['req --stream', () => start(['req', '--stream'])],
  ['req --all', () => start(['req', '--all'])],
  [
    'publish from stdin',
    () => {
      const child = start(['publish', '-']);
      child.stdin!.on('error', () => {});
      for (let i = 0; i < 50; i++)
        child.stdin!.write(`${JSON.stringify(A.note(`note ${i}`, T0 + 1000 + i))}\n`);
      return child;
    },
  ],
] as const) {
  test(`${ROUNDS} times: ${name} is killed at any moment`, { timeout: 600_000 }, async t => {
    const next = numbers(1);
    let slowest = 0;
    for (let i = 0; i < ROUNDS; i++) {
      slowest = Math.max(slowest, await killOne(make, SIGNALS[i % 3]!, next() % 600));
    }
    t.diagnostic(`slowest end: ${Math.round(slowest)} ms`);
    const [code] = await once(start(['req', '-l', '1']), 'exit');
    assert.equal(code, 0, 'the relay still answers');
  });
}
