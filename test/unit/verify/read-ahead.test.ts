import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readAhead } from '../../../src/verify/read-ahead.ts';

/** A source of 1, 2, 3 …, which counts what was pulled of it, and returns `end`. */
function counting(count: number) {
  const state = { pulled: 0 };
  async function* items(): AsyncGenerator<number, string> {
    for (let n = 1; n <= count; n++) {
      state.pulled++;
      yield n;
    }
    return 'end';
  }
  return { state, items: items() };
}

/** Finishes each item when it is told to. */
function finishing() {
  const resolvers = new Map<number, () => void>();
  const finish = (item: number) =>
    new Promise<string>(resolve => resolvers.set(item, () => resolve(`item ${item}`)));
  return { finish, done: (item: number) => resolvers.get(item)!() };
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve));

describe('reading ahead', () => {
  test('gives items in their order, whichever is finished first, and returns what the source returns', async () => {
    const { finish, done } = finishing();
    const ahead = readAhead(counting(3).items, 3, finish);
    const first = ahead.next();
    await turn();
    done(3);
    done(2);
    await turn();
    done(1);
    assert.deepEqual(await first, { done: false, value: 'item 1' });
    assert.deepEqual(await ahead.next(), { done: false, value: 'item 2' });
    assert.deepEqual(await ahead.next(), { done: false, value: 'item 3' });
    assert.deepEqual(await ahead.next(), { done: true, value: 'end' });
  });

  test('has as many under way as its depth says, and no more', async () => {
    const { finish, done } = finishing();
    const source = counting(9);
    const ahead = readAhead(source.items, 3, finish);
    const first = ahead.next();
    await turn();
    assert.equal(source.state.pulled, 3);
    done(1);
    await first;
    void ahead.next();
    await turn();
    assert.equal(source.state.pulled, 4);
  });

  test('holds nothing back to have more under way', async () => {
    const source = (async function* (): AsyncGenerator<number, void> {
      yield 1;
      await new Promise(() => {});
    })();
    assert.deepEqual(await readAhead(source, 9, item => item).next(), { done: false, value: 1 });
  });

  test('throws what the source or the finishing throws, behind the items before it', async () => {
    const source = (async function* (): AsyncGenerator<number, void> {
      yield 1;
      throw new Error('source');
    })();
    const ahead = readAhead(source, 3, item => item);
    assert.equal((await ahead.next()).value, 1);
    await assert.rejects(ahead.next(), /source/);
    const broken = readAhead(counting(5).items, 2, item => {
      if (item === 2) throw new Error('finish');
      return item;
    });
    assert.equal((await broken.next()).value, 1);
    await assert.rejects(broken.next(), /finish/);
  });
});
