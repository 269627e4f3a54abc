// The vectors of NIP-11, 13, 42 and 45.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Event, parseEvent } from '../../src/protocol/event.ts';
import { parseRelayInformation, relayInformationFaults } from '../../src/protocol/nip11.ts';
import { committedDifficulty, difficultyOf } from '../../src/protocol/nip13.ts';
import { checkAuth } from '../../src/protocol/nip42.ts';
import {
  addToHll,
  decodeHll,
  encodeHll,
  estimateHll,
  hllOffset,
  mergeHll,
  newHll,
} from '../../src/protocol/nip45.ts';
import { checkEvent } from '../../src/protocol/signature.ts';
import { describeWhole } from '../support/vectors.ts';

describeWhole('nip11/nip11-documents.json', ({ docs }: { docs: Record<string, unknown>[] }) => {
  for (const doc of docs) {
    test(`reads the document of ${doc['name']} whole`, () => {
      assert.deepEqual(parseRelayInformation(doc), doc);
      assert.deepEqual(relayInformationFaults(doc), []);
    });
  }
});

interface Mined {
  difficulty: [id: string, bits: number][];
  committed: { id: string; tags: string[][]; effective: number; note?: string }[];
  example_event: Event;
}

describeWhole('nip13/nip13.json', ({ difficulty, committed, example_event }: Mined) => {
  for (const [id, bits] of difficulty) {
    test(`${id} has ${bits} bits`, () => assert.equal(difficultyOf(id), bits));
  }

  for (const event of committed) {
    test(`${JSON.stringify(event.tags)} commits to ${event.effective} bits`, () => {
      assert.equal(committedDifficulty(event), event.effective);
      assert.ok(difficultyOf(event.id) >= event.effective);
    });
  }

  test('the mined example of the NIP verifies and holds what it claims', () => {
    assert.equal(checkEvent(parseEvent(example_event)), undefined);
    assert.equal(committedDifficulty(example_event), 20);
    assert.equal(difficultyOf(example_event.id), 21);
  });
});

interface Auths {
  now: number;
  relay_url: string;
  challenge: string;
  cases: { name: string; accept: boolean; event: Event }[];
}

describeWhole('nip42-98/nip42.json', ({ now, relay_url, challenge, cases }: Auths) => {
  /** Why each is refused; a right answer for a wrong reason is a wrong answer. */
  const REASONS: Record<string, RegExp> = {
    '30 minutes old': /ten minutes/,
    '30 minutes ahead': /ten minutes/,
    'wrong kind': /kind/,
    'wrong challenge': /challenge/,
    'challenge prefix only': /challenge/,
    'missing challenge': /challenge/,
    'missing relay': /relay/,
    'other domain': /relay/,
    'domain as prefix of another': /relay/,
    'bad signature': /signature/,
  };

  for (const { name, accept, event } of cases) {
    test(`${accept ? 'accepts' : 'refuses'}: ${name}`, () => {
      const reason = checkAuth(parseEvent(event), { challenge, relayUrl: relay_url, now });
      if (accept) assert.equal(reason, undefined);
      else assert.match(reason ?? '', REASONS[name]!);
    });
  }
});

interface Counted {
  offsets: { first_tag_value: string; offset: number }[];
  registers: { offset: number; pubkeys: string[]; hll: string; estimate_go_nostrtools: number };
  nip_examples: string[];
}

describeWhole(
  'nip45/nip45.json',
  ({ offsets, registers, nip_examples }: Counted) => {
    for (const { first_tag_value, offset } of offsets) {
      test(`the offset of ${first_tag_value} is ${offset}`, () =>
        assert.equal(hllOffset(first_tag_value), offset));
    }

    test('seven authors make the registers and the estimate that go-nostr and nostr-tools make', () => {
      const hll = newHll();
      for (const pubkey of registers.pubkeys) addToHll(hll, pubkey, registers.offset);
      assert.equal(encodeHll(hll), registers.hll);
      assert.equal(estimateHll(hll), registers.estimate_go_nostrtools);
    });

    const example = (i: number) => {
      const [, count, hex] = /"count": (\d+), "hll": "([0-9a-f]+)"/.exec(nip_examples[i]!)!;
      return { count: Number(count), hll: decodeHll(hex!)! };
    };

    test('the first example of the NIP is about as many as it says', () => {
      const { count, hll } = example(0);
      const estimate = estimateHll(hll);
      assert.ok(Math.abs(estimate / count - 1) < 0.2, `${estimate} against ${count}`);
    });

    // It begins 01ef, a value that cannot occur: illustrative. It is read, and merged with the first it is not less.
    test('the second example of the NIP is read, and merging it loses nothing', () => {
      const { count, hll } = example(1);
      assert.deepEqual([count, hll[0], hll[1]], [2044, 1, 0xef]);
      const merged = mergeHll(example(0).hll, hll);
      assert.deepEqual(
        merged,
        hll.map((value, i) => Math.max(value, example(0).hll[i]!)),
      );
      assert.ok(estimateHll(merged) >= estimateHll(example(0).hll));
    });
  },
  { prose: ['derived'] },
);
