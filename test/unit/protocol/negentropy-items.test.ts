import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { bytesToHex, hexToBytes } from '../../../src/protocol/hex.ts';
import { LAST } from '../../../src/protocol/negentropy-frame.ts';
import { NegentropyItems } from '../../../src/protocol/negentropy-items.ts';
import { type Item, itemsOf, madeUpItems } from '../../support/negentropy.ts';

const listed = (items: NegentropyItems): Item[] =>
  Array.from({ length: items.size }, (_, i) => [items.timeAt(i), bytesToHex(items.idAt(i))]);

const byTimeAndId = ([a, i]: Item, [b, j]: Item) => a - b || (i < j ? -1 : 1);

/** The order of `limit` in NIP-01. */
const byNewestAndId = ([a, i]: Item, [b, j]: Item) => b - a || (i < j ? -1 : 1);

/** The definition of NIP-77, with numbers of any size. */
function plainFingerprint(ids: readonly string[]): string {
  const sum = ids.reduce((total, id) => total + littleEndian(id), 0n) % 2n ** 256n;
  const bytes = sum.toString(16).padStart(64, '0').match(/../g)!.reverse().join('');
  const count = ids.length < 128 ? [ids.length] : [0x80 | (ids.length >> 7), ids.length & 0x7f];
  return createHash('sha256')
    .update(Buffer.from(bytes, 'hex'))
    .update(Uint8Array.from(count))
    .digest('hex')
    .slice(0, 32);
}

const littleEndian = (id: string) => BigInt(`0x${id.match(/../g)!.reverse().join('')}`);

describe('items', () => {
  for (const [name, seconds, order] of [
    ['in no order', 1000, (items: Item[]) => items],
    ['of one second', 1, (items: Item[]) => items],
    ['of very different times', 2 ** 30, (items: Item[]) => items.map(([time, id]) => [time * 2 ** 20, id])],
    ['in order', 1000, (items: Item[]) => items.toSorted(byTimeAndId)],
    ['newest first', 1000, (items: Item[]) => items.toSorted((a, b) => byTimeAndId(b, a))],
    ['as a relay finds them', 1000, (items: Item[]) => items.toSorted(byNewestAndId)],
    ['as a relay finds those of two seconds', 2, (items: Item[]) => items.toSorted(byNewestAndId)],
  ] as [string, number, (items: Item[]) => Item[]][]) {
    test(`that come ${name} are sorted by time and id`, () => {
      const items = order(madeUpItems(3000, 1, seconds));
      assert.deepEqual(listed(itemsOf(items)), items.toSorted(byTimeAndId));
    });
  }

  test('are sealed in steps, between which nothing can be asked', () => {
    const items = madeUpItems(20_000, 3, 100).toSorted(byNewestAndId);
    const filled = new NegentropyItems();
    for (const [time, id] of items) filled.add(time, id);
    let steps = 0;
    for (const _ of filled.sealing()) {
      steps++;
      assert.throws(() => filled.fingerprint(0, 1), /items must be sealed/);
    }
    assert.ok(steps > 10, `${steps} steps`);
    assert.deepEqual(listed(filled), items.toSorted(byTimeAndId));
    assert.deepEqual([...filled.sealing()], []);
  });

  test('that come twice count once', () => {
    const items = madeUpItems(100, 2, 10);
    assert.deepEqual(listed(itemsOf([...items, ...items])), items.toSorted(byTimeAndId));
  });

  test('may have one id at two times', () => {
    const id = 'aa'.repeat(32);
    assert.equal(new NegentropyItems().add(1, id).add(2, id).seal().size, 2);
  });

  test('may be none', () => {
    const none = new NegentropyItems(0).seal();
    assert.equal(none.size, 0);
    assert.equal(none.indexOf(LAST, 0), 0);
    assert.equal(bytesToHex(none.fingerprint(0, 0)), plainFingerprint([]));
  });

  test('are refused when they are none', () => {
    const items = new NegentropyItems();
    for (const time of [-1, 0.5, 2 ** 53, Number.NaN])
      assert.throws(() => items.add(time, 'aa'.repeat(32)), /whole number of seconds/);
    for (const id of ['', 'aa', new Uint8Array(31)]) assert.throws(() => items.add(1, id), /32 bytes/);
    assert.equal(items.size, 0);
  });

  test('are asked only when they are sealed, and sealed once', () => {
    const items = new NegentropyItems().add(1, 'aa'.repeat(32));
    assert.throws(() => items.fingerprint(0, 1), /sealed/);
    assert.equal(items.seal().seal().size, 1);
    assert.throws(() => items.add(1, 'bb'.repeat(32)), /after seal/);
  });
});

describe('a bound', () => {
  test('before an item is after the item before, and as short as can be', () => {
    const items = itemsOf([
      [1, 'aa'.repeat(32)],
      [1, `aa00${'bb'.repeat(30)}`],
      [2, 'cc'.repeat(32)],
    ]);
    assert.equal(items.boundBefore(0).prefix.length, 0);
    assert.deepEqual(items.boundBefore(1), { time: 1, prefix: hexToBytes('aaaa') });
    assert.deepEqual(items.boundBefore(2), { time: 2, prefix: new Uint8Array(0) });
  });

  test('leads back to its item', () => {
    const items = itemsOf(madeUpItems(2000, 3, 50));
    for (let i = 0; i < items.size; i++) {
      assert.equal(items.indexOf(items.boundBefore(i), 0), i);
      assert.equal(items.indexOf({ time: items.timeAt(i), prefix: items.idAt(i) }, 0), i);
    }
    assert.equal(items.indexOf(LAST, 0), items.size);
    assert.equal(items.indexOf({ time: 0, prefix: new Uint8Array(0) }, 7), 7);
  });
});

test('the fingerprint of any range is what the definition says', () => {
  const items = itemsOf(madeUpItems(1000, 4));
  const ids = listed(items).map(([, id]) => id);
  for (const [from, upTo] of [
    [0, 0],
    [0, 1],
    [0, 1000],
    [63, 65],
    [64, 128],
    [1, 999],
    [700, 710],
    [1000, 1000],
  ] as const)
    assert.equal(bytesToHex(items.fingerprint(from, upTo)), plainFingerprint(ids.slice(from, upTo)));
});

test('a sum beyond 2^256 drops its carry', () => {
  const ids = ['ff'.repeat(32), `fe${'ff'.repeat(31)}`, `03${'00'.repeat(31)}`];
  const items = itemsOf(ids.map(id => [1, id]));
  assert.equal(bytesToHex(items.fingerprint(0, 3)), plainFingerprint(ids));
});

test('a million items take 42 MB', () => {
  const items = new NegentropyItems();
  const id = new Uint8Array(32);
  for (let i = 0; i < 1_000_000; i++) {
    new DataView(id.buffer).setUint32(0, i);
    items.add(1_700_000_000 + i, id);
  }
  items.seal();
  assert.equal(items.size, 1_000_000);
  const times = 8 * 2 ** 20;
  assert.ok(items.idsOf(0, items.size).buffer.byteLength + times < 42.5e6);
});
