import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytesToHex, hexToBytes } from '../../../src/protocol/hex.ts';
import {
  answerNegentropy,
  InvalidNegentropy,
  type NegentropyFault,
  NegentropyInitiator,
} from '../../../src/protocol/nip77.ts';
import { itemsOf, madeUpItems, missingFrom, reconcile } from '../../support/negentropy.ts';

const ITEMS = itemsOf(madeUpItems(100, 6));
const FULL_RANGE = '0000';

function faultOf(run: () => unknown): NegentropyFault {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof InvalidNegentropy, String(error));
    assert.ok(error.message.length < 200);
    return error.code;
  }
  return assert.fail('nothing was thrown');
}

/** The reasons for which each side refuses a frame. */
const faults = (hex: string): NegentropyFault[] => {
  const frame = hexToBytes(hex);
  return [() => answerNegentropy(ITEMS, frame), () => new NegentropyInitiator(ITEMS).next(frame)].map(
    faultOf,
  );
};

describe('a frame that ends the session', () => {
  for (const [name, hex, code] of [
    ['an empty one', '', 'empty'],
    ['one of no version', '00', 'version'],
    ['one that is text', Buffer.from('hello').toString('hex').replace(/^68/, '70'), 'version'],
    ['a range without a mode', `61${FULL_RANGE}`, 'truncated'],
    ['a short fingerprint', `61${FULL_RANGE}01aabb`, 'truncated'],
    ['an id list without a number', `61${FULL_RANGE}02`, 'truncated'],
    ['ids beyond the frame', `61${FULL_RANGE}0202${'aa'.repeat(63)}`, 'truncated'],
    ['more ids than there can be', `61${FULL_RANGE}028fffffffffffff7f`, 'truncated'],
    ['bytes after the last range', `61${FULL_RANGE}0200ff`, 'truncated'],
    ['a mode that is none', `61${FULL_RANGE}03`, 'mode'],
    ['an over-long number', `61800000`, 'varint'],
    ['an endless number', `61${'ff'.repeat(5000)}`, 'varint'],
    ['a prefix that is too long', `6101${'21'}${'00'.repeat(33)}00`, 'bound'],
    ['ranges that go backwards', '610501aa000101a900', 'order'],
  ] as [string, string, NegentropyFault][]) {
    test(`${name}: ${code}`, () => assert.deepEqual(faults(hex), [code, code]));
  }
});

test('a relay answers a version that it does not know by the one it knows; a client gives up', () => {
  assert.equal(bytesToHex(answerNegentropy(ITEMS, hexToBytes('62aabbccddeeff'))), '61');
  assert.equal(bytesToHex(answerNegentropy(ITEMS, hexToBytes('60'))), '61');
  assert.equal(
    faultOf(() => new NegentropyInitiator(ITEMS).next(hexToBytes('60'))),
    'version',
  );
});

test('ranges after the last one are empty', () => {
  const frame = hexToBytes(`61${FULL_RANGE}00${`${FULL_RANGE}0200`.repeat(1000)}`);
  assert.equal(new NegentropyInitiator(ITEMS).next(frame).reply, undefined);
  assert.ok(answerNegentropy(ITEMS, frame, 4096).length <= 4096);
});

describe('a peer that never ends', () => {
  test('by fingerprints that never agree is stopped', () => {
    const initiator = new NegentropyInitiator(ITEMS);
    const frame = hexToBytes(`61${FULL_RANGE}01${'00'.repeat(16)}`);
    const run = () => {
      for (let i = 0; i < 10_000; i++) assert.ok(initiator.next(frame).reply);
    };
    assert.equal(faultOf(run), 'no_progress');
  });

  test('by naming the same ids again is stopped', () => {
    const initiator = new NegentropyInitiator(ITEMS);
    const frame = hexToBytes(`610600${`0201${'ee'.repeat(32)}`}${FULL_RANGE}01${'00'.repeat(16)}`);
    const run = () => {
      for (let i = 0; i < 10_000; i++) initiator.next(frame);
    };
    assert.equal(faultOf(run), 'no_progress');
  });

  test('by naming ever new ids is stopped', () => {
    const initiator = new NegentropyInitiator(itemsOf([]), 0, 1000);
    const server = itemsOf(madeUpItems(1001, 9));
    assert.equal(
      faultOf(() => initiator.next(answerNegentropy(server, initiator.open()))),
      'too_many',
    );
    const enough = new NegentropyInitiator(itemsOf([]), 0, 1001);
    assert.equal(enough.next(answerNegentropy(server, enough.open())).need.length, 1001);
  });

  test('by ranges of nothing in one frame gets an answer of bounded length', () => {
    const many = hexToBytes(`61${`020001${'00'.repeat(16)}`.repeat(50_000)}`);
    assert.ok(answerNegentropy(ITEMS, many, 4096).length <= 4096);
  });
});

describe('a session', () => {
  const all = madeUpItems(5000, 7, 200);
  const [client, server] = [all.slice(0, 4900), all.slice(60)];
  const expected = { have: missingFrom(client, server), need: missingFrom(server, client) };

  for (const limits of [
    [0, 0],
    [4096, 0],
    [0, 4096],
    [4096, 4096],
    [5000, 60_000],
  ]) {
    test(`with frames of at most ${limits.join(' and ')} bytes tells each id once`, () => {
      const { have, need, longest } = reconcile(itemsOf(client), itemsOf(server), limits);
      assert.deepEqual({ have: have.sort(), need: need.sort() }, expected);
      assert.ok(longest.client <= (limits[0] || Number.POSITIVE_INFINITY));
      assert.ok(longest.server <= (limits[1] || Number.POSITIVE_INFINITY));
    });
  }

  test('of equal sets takes one round', () => {
    const { have, need, rounds } = reconcile(itemsOf(all), itemsOf(all));
    assert.deepEqual([have, need, rounds], [[], [], 1]);
  });

  test('in which one side has nothing', () => {
    const [some, none] = [itemsOf(all), itemsOf([])];
    assert.equal(reconcile(none, some, [0, 4096]).need.length, 5000);
    assert.equal(reconcile(some, none, [4096, 0]).have.length, 5000);
  });

  test('tells ids as soon as they are known', () => {
    const initiator = new NegentropyInitiator(itemsOf([]));
    const { reply, need } = initiator.next(answerNegentropy(itemsOf(all), initiator.open(), 4096));
    assert.ok(reply && need.length > 100);
    const next = initiator.next(answerNegentropy(itemsOf(all), reply, 4096));
    assert.ok(next.need.length > 0);
  });

  test('needs a frame limit with room for a range', () => {
    assert.throws(() => new NegentropyInitiator(ITEMS, 4095).open(), /at least 4096 bytes, not 4095/);
    assert.throws(() => answerNegentropy(ITEMS, hexToBytes('61'), 5), RangeError);
  });
});
