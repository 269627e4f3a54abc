// Mining on threads: an event that holds what it claims, whatever becomes of the threads.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { Miner, type MinerOptions, type MiningTerms } from '../../../src/mining/miner.ts';
import { eventId, InvalidEvent, type UnsignedEvent } from '../../../src/protocol/event.ts';
import { committedDifficulty, type MinedEvent } from '../../../src/protocol/nip13.ts';

const event: UnsignedEvent = {
  pubkey: 'ab'.repeat(32),
  created_at: 1,
  kind: 1,
  tags: [['t', 'x']],
  content: 'hello',
};

const opened: Miner[] = [];
afterEach(() => {
  for (const miner of opened.splice(0)) miner.close();
});

/** By its clock the time for trying alone is over at once, so that the first search goes to the threads. */
function minerWith(options: Partial<MinerOptions> = {}) {
  let calls = 0;
  const told: string[] = [];
  const miner = new Miner({
    threads: 2,
    clock: () => performance.now() + (calls++ > 0 ? 1000 : 0),
    log: message => told.push(message),
    ...options,
  });
  opened.push(miner);
  return { miner, told };
}

const terms = (bits: number, others: Partial<MiningTerms> = {}): MiningTerms => ({
  bits,
  createdAt: () => 1_700_000_000,
  signal: new AbortController().signal,
  ...others,
});

function check(mined: MinedEvent, bits: number): void {
  const { id, ...unsigned } = mined;
  assert.equal(id, eventId(unsigned));
  assert.ok(committedDifficulty(mined) >= bits);
  assert.equal(mined.created_at, 1_700_000_000);
  assert.deepEqual(mined.tags[0], ['t', 'x']);
}

/** A program for threads, as text. It gets `port`. */
function program(body: string): URL {
  const code = `import { parentPort as port } from 'node:worker_threads'; ${body}`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

const NEVER = program("port.on('message', () => {});");

describe('a miner', () => {
  test('finds an easy one without threads', async () => {
    const { miner } = minerWith({ program: NEVER, clock: () => 0 });
    check(await miner.mine(event, terms(10)), 10);
    assert.ok(miner.hashes > 0);
  });

  test('finds one event after another on threads, and counts the hashes', async () => {
    const { miner } = minerWith();
    let before = 0;
    for (const bits of [14, 16, 13, 15, 14]) {
      check(await miner.mine(event, terms(bits)), bits);
      assert.ok(miner.hashes > before);
      before = miner.hashes;
    }
  });

  test('goes on alone when there is no program, when it dies, and when no thread may be had', async () => {
    const programs: Record<string, MinerOptions['program']> = {
      'Cannot find module': new URL('file:///nowhere/mining-worker.js'),
      'no luck': program("throw new Error('no luck');"),
      'while it works': program("port.on('message', () => { throw new Error('while it works'); });"),
      'no thread for mining': new URL('https://example.com/not-a-file'),
    };
    for (const [words, url] of Object.entries(programs)) {
      const { miner, told } = minerWith({ program: url! });
      check(await miner.mine(event, terms(14)), 14);
      check(await miner.mine(event, terms(13)), 13);
      assert.ok(told.every(message => message.includes(words)) && told.length > 0, told.join('\n'));
    }
    const { miner } = minerWith({ threads: 0 });
    check(await miner.mine(event, terms(14)), 14);
  });

  test('believes no thread about a search that is over', async () => {
    const late = program(`
      import { workerData } from 'node:worker_threads';
      port.on('message', ({ number, event }) => {
        port.postMessage({ number: number - 1, mined: { ...event, id: 'late' } });
        if (number > 1) process.exit();
      });`);
    const { miner } = minerWith({ program: late, threads: 1 });
    const stop = new AbortController();
    const first = miner.mine(event, terms(20, { signal: stop.signal }));
    stop.abort('enough');
    await assert.rejects(first, reason => reason === 'enough');
    check(await miner.mine(event, terms(14)), 14);
  });

  test('stops at the signal, on threads and alone', async () => {
    for (const threads of [0, 2]) {
      const { miner } = minerWith({ threads });
      const stop = new AbortController();
      const mining = miner.mine(event, terms(200, { signal: stop.signal }));
      setImmediate(() => stop.abort('enough'));
      await assert.rejects(mining, reason => reason === 'enough');
      await assert.rejects(
        miner.mine(event, terms(1, { signal: stop.signal })),
        reason => reason === 'enough',
      );
      check(await miner.mine(event, terms(13)), 13);
    }
  });

  test('ends a search when it is closed', async () => {
    for (const threads of [0, 2]) {
      const { miner } = minerWith({ threads });
      const mining = miner.mine(event, terms(200));
      setImmediate(() => miner.close());
      await assert.rejects(mining, /closed/);
    }
  });

  test('writes the time at which the event was found, not that at which it began', async t => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const seconds = program(`
      import { workerData } from 'node:worker_threads';
      const time = new BigInt64Array(workerData, 8, 1);
      port.on('message', ({ number, event }) => {
        const wait = () => {
          if (Atomics.load(time, 0) < 20n) return setImmediate(wait);
          port.postMessage({ number, mined: { ...event, created_at: Number(Atomics.load(time, 0)), id: '' } });
        };
        wait();
      });`);
    const { miner } = minerWith({ program: seconds });
    let now = 10;
    const mining = miner.mine(event, terms(20, { createdAt: () => now }));
    await new Promise(done => setImmediate(done));
    now = 20;
    let found: MinedEvent | undefined;
    mining.then(mined => {
      found = mined;
    });
    while (!found) {
      t.mock.timers.tick(200);
      await new Promise(done => setImmediate(done));
    }
    assert.equal(found.created_at, 20);
  });

  test('refuses what cannot be mined, and its threads live on', async () => {
    const { miner, told } = minerWith();
    check(await miner.mine(event, terms(13)), 13);
    await assert.rejects(miner.mine({ ...event, content: '\ud800' }, terms(13)), InvalidEvent);
    await assert.rejects(miner.mine(event, terms(257)), RangeError);
    check(await miner.mine(event, terms(13)), 13);
    assert.deepEqual(told, []);
  });
});
