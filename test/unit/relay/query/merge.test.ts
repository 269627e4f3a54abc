import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Merge } from '../../../../src/relay/query/merge.ts';

/** A source whose items come when they are pushed; it counts how many were pulled. */
function manual() {
  const waiting: ((item: number | 'end' | Error) => void)[] = [];
  const state = { pulled: 0 };
  async function* items(): AsyncGenerator<number, string> {
    for (;;) {
      state.pulled++;
      const item = await new Promise<number | 'end' | Error>(resolve => waiting.push(resolve));
      if (item instanceof Error) throw item;
      if (item === 'end') return 'over';
      yield item;
    }
  }
  const push = (item: number | 'end' | Error) => waiting.shift()!(item);
  return { state, items: items(), push };
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve));

describe('a merge', () => {
  test('gives items in the order they come, whichever source they are of', async () => {
    const [a, b] = [manual(), manual()];
    const merge = new Merge<number, string>();
    merge.add(a.items);
    merge.add(b.items);
    await turn();
    b.push(1);
    await turn();
    a.push(2);
    await turn();
    assert.deepEqual(await merge.next(), { source: b.items, value: 1 });
    assert.deepEqual(await merge.next(), { source: a.items, value: 2 });
  });

  test('waits for the next item, and tells what each source returned; then it is over', async () => {
    const a = manual();
    const merge = new Merge<number, string>();
    merge.add(a.items);
    const next = merge.next();
    await turn();
    a.push(1);
    assert.deepEqual(await next, { source: a.items, value: 1 });
    await turn();
    a.push('end');
    assert.deepEqual(await merge.next(), { source: a.items, returned: 'over' });
    assert.equal(await merge.next(), undefined);
  });

  test('pulls one item of a source ahead, and no more', async () => {
    const a = manual();
    const merge = new Merge<number, string>();
    merge.add(a.items);
    await turn();
    a.push(1);
    await turn();
    assert.equal(a.state.pulled, 1);
    await merge.next();
    await turn();
    assert.equal(a.state.pulled, 2);
  });

  test('throws what a source throws, and goes on with the others', async () => {
    const [a, b] = [manual(), manual()];
    const merge = new Merge<number, string>();
    merge.add(a.items);
    merge.add(b.items);
    await turn();
    a.push(new Error('broken'));
    await assert.rejects(merge.next(), /broken/);
    b.push(5);
    assert.deepEqual(await merge.next(), { source: b.items, value: 5 });
  });

  test('takes further sources while it runs', async () => {
    const [a, b] = [manual(), manual()];
    const merge = new Merge<number, string>();
    merge.add(a.items);
    await turn();
    a.push(1);
    await merge.next();
    merge.add(b.items);
    await turn();
    b.push(2);
    assert.deepEqual(await merge.next(), { source: b.items, value: 2 });
  });
});
