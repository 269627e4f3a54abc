import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Mining, type Surroundings } from '../../../src/mining/mining.ts';
import type { MinedEvent } from '../../../src/protocol/nip13.ts';

const event = { pubkey: 'ab'.repeat(32), created_at: 1, kind: 1, tags: [], content: 'x' };

/** A mining whose clock and hashes are in the hand of the test; its searches end when `found` is called. */
function miningOf(bits: number) {
  const state = { now: 0, hashes: 0, shown: 0, told: [] as string[], found: () => {} };
  const log = {
    showProgress: () => {
      state.shown++;
      return () => {
        state.shown--;
      };
    },
    warn: ({ message }: { message: string }) => state.told.push(message),
  } as unknown as Surroundings['log'];
  const miner = {
    get hashes() {
      return state.hashes;
    },
    mine: () =>
      new Promise<MinedEvent>(resolve => {
        state.found = () => resolve({ ...event, id: '' });
      }),
  };
  const mining = new Mining(miner, { log, now: () => state.now }, bits, new AbortController().signal);
  return { state, mining, mine: () => mining.mine(event, () => 1) };
}

describe('mining for a command', () => {
  test('tells the bits, the hashes, the rate, and what to expect', async () => {
    const { state, mining, mine } = miningOf(24);
    const searching = mine();
    state.now = 2000;
    state.hashes = 16_000_000;
    assert.equal(mining.describe(), 'mining 24 bits: 16 million hashes, 8.0 million/s, average 2.1 s');
    state.found();
    await searching;
    state.now = 60_000; // what lies between two searches does not count
    void mine();
    state.now = 61_000;
    state.hashes = 24_000_000;
    assert.equal(
      mining.describe(),
      'mining 24 bits, event 2: 24 million hashes, 8.0 million/s, average 2.1 s',
    );
  });

  test('tells few hashes one by one', () => {
    const { state, mining, mine } = miningOf(8);
    void mine();
    state.now = 500;
    state.hashes = 52_345;
    assert.equal(mining.describe(), 'mining 8 bits: 52,345 hashes, 104,690/s, average less than 0.1 s');
  });

  for (const [bits, words] of [
    [16, 'less than 0.1 s'],
    [30, '2.2 min'],
    [36, '2.4 h'],
    [44, '25 days'],
    [60, '4,570 years'],
    [100, 'more than a million million years'],
    [256, 'more than a million million years'],
  ] as const) {
    test(`${bits} bits take ${words}`, () => {
      const { state, mining, mine } = miningOf(bits);
      void mine();
      state.now = 1000;
      state.hashes = 8_000_000;
      assert.match(mining.describe(), new RegExp(`, average ${words}$`));
    });
  }

  test('that will take hours is told of, once', async t => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    for (const [bits, times] of [
      [34, 0],
      [40, 1],
    ] as const) {
      const { state, mine } = miningOf(bits);
      for (let i = 0; i < 2; i++) {
        const searching = mine();
        state.now += 2000;
        state.hashes += 16_000_000;
        t.mock.timers.tick(2000);
        state.found();
        await searching;
      }
      assert.equal(state.told.length, times);
      if (times > 0)
        assert.match(state.told[0]!, /^--pow 40 takes 38 h for each event on average, at 8.0 million/);
    }
  });

  test('shows its line from one event to the next, and takes it away soon after the last', async t => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { state, mining, mine } = miningOf(20);
    for (let i = 0; i < 3; i++) {
      const searching = mine();
      state.found();
      await searching;
      t.mock.timers.tick(100);
      assert.equal(state.shown, 1);
    }
    t.mock.timers.tick(200);
    assert.equal(state.shown, 0);
    void mine();
    assert.equal(state.shown, 1);
    mining.end();
    assert.equal(state.shown, 0);
  });
});
