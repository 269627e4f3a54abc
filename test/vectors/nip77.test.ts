// The vectors of NIP-77: numbers, bounds and fingerprints byte for byte; sessions by what they find out, for another
// implementation may split ranges elsewhere.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytesToHex, hexToBytes } from '../../src/protocol/hex.ts';
import { FrameReader, FrameWriter, GrowingBytes, writeVarint } from '../../src/protocol/negentropy-frame.ts';
import { answerNegentropy, NegentropyInitiator } from '../../src/protocol/nip77.ts';
import { type Item, itemsOf, missingFrom, reconcile } from '../support/negentropy.ts';
import { describeVectors, vectorJson, vectorLines } from '../support/vectors.ts';

const fingerprintOf = (items: Item[]) => bytesToHex(itemsOf(items).fingerprint(0, items.length));

describeVectors('nip77/varint-fingerprint-bound.json', () => {
  const { varint, timestamps_out_sequence, bound, fingerprints } = vectorJson(
    'nip77/varint-fingerprint-bound.json',
  ) as {
    varint: [number, string][];
    timestamps_out_sequence: { in: number[]; hex: string[] };
    bound: { timestamp: number; id: string; hex: string };
    fingerprints: { items: Item[]; hex: string }[];
  };

  test('numbers', () => {
    for (const [value, hex] of varint) {
      const bytes = new GrowingBytes();
      writeVarint(bytes, value);
      assert.equal(bytesToHex(bytes.written), hex);
      assert.equal(new FrameReader(hexToBytes(hex)).varint(), value);
    }
  });

  test('times, each relative to the one before', () => {
    const writer = new FrameWriter();
    for (const time of timestamps_out_sequence.in) writer.bound({ time, prefix: new Uint8Array(0) });
    assert.equal(
      bytesToHex(writer.frame),
      `61${timestamps_out_sequence.hex.map(hex => `${hex}00`).join('')}`,
    );
  });

  test('a bound with a whole id', () => {
    const writer = new FrameWriter();
    const value = { time: bound.timestamp, prefix: hexToBytes(bound.id) };
    writer.bound(value);
    assert.equal(bytesToHex(writer.frame), `61${bound.hex}`);
    assert.deepEqual(new FrameReader(hexToBytes(bound.hex)).bound(), value);
  });

  for (const { items, hex } of fingerprints)
    test(`the fingerprint of ${items.length} items`, () => assert.equal(fingerprintOf(items), hex));
});

interface Session {
  name: string;
  frameSizeLimit: { client: number; server: number };
  client: Item[];
  server: Item[];
  clientFingerprintAll: string;
  serverFingerprintAll: string;
  messages: { dir: 'c2s' | 's2c'; hex: string }[];
  rounds: number;
  have: string[];
  need: string[];
}

describeVectors('nip77/reference-transcripts.json', () => {
  const { cases, extra } = vectorJson('nip77/reference-transcripts.json') as {
    cases: Session[];
    extra: {
      server_on_unknown_version: { send: string; expect_reply: string };
      empty_idlist_full_range: { server_items: Item[]; send: string; reply: string };
    };
  };

  for (const session of cases) {
    describe(session.name, () => {
      const { client, server, frameSizeLimit, messages } = session;
      const expected = { have: session.have.toSorted(), need: session.need.toSorted() };
      const frames = (dir: 'c2s' | 's2c') =>
        messages.flatMap(each => (each.dir === dir ? [hexToBytes(each.hex)] : []));

      test('the fingerprints of both sets', () => {
        assert.equal(fingerprintOf(client), session.clientFingerprintAll);
        assert.equal(fingerprintOf(server), session.serverFingerprintAll);
      });

      test('our two sides find the difference, in no more rounds', () => {
        const limits = [frameSizeLimit.client, frameSizeLimit.server];
        const { have, need, rounds } = reconcile(itemsOf(client), itemsOf(server), limits);
        assert.deepEqual({ have: have.sort(), need: need.sort() }, expected);
        assert.ok(rounds <= session.rounds + 1, `${rounds} rounds`);
      });

      test('our initiator learns the difference from the frames of the reference', () => {
        const initiator = new NegentropyInitiator(itemsOf(client), frameSizeLimit.client);
        const steps = frames('s2c').map(frame => initiator.next(frame));
        assert.deepEqual(
          {
            have: steps.flatMap(({ have }) => [...have]).sort(),
            need: steps.flatMap(({ need }) => [...need]).sort(),
          },
          expected,
        );
        assert.equal(steps.at(-1)?.reply, undefined);
      });

      test('our answers to the frames of the reference tell nothing wrong, and all when there is no limit', () => {
        const initiator = new NegentropyInitiator(itemsOf(client));
        const answers = frames('c2s').map(frame =>
          answerNegentropy(itemsOf(server), frame, frameSizeLimit.server),
        );
        const steps = answers.map(answer => initiator.next(answer));
        const need = steps.flatMap(step => [...step.need]).sort();
        const have = steps.flatMap(step => [...step.have]).sort();
        assert.ok(
          need.every(id => expected.need.includes(id)) && have.every(id => expected.have.includes(id)),
        );
        if (frameSizeLimit.server === 0) assert.deepEqual({ have, need }, expected);
      });
    });
  }

  test('a version that is not known', () => {
    const { send, expect_reply } = extra.server_on_unknown_version;
    assert.equal(bytesToHex(answerNegentropy(itemsOf([]), hexToBytes(send))), expect_reply);
  });

  test('an empty list for everything', () => {
    const { server_items, send, reply } = extra.empty_idlist_full_range;
    assert.equal(bytesToHex(answerNegentropy(itemsOf(server_items), hexToBytes(send))), reply);
  });
});

describeVectors('nip77/kmp-transcripts', () => {
  const folder = 'nip77/kmp-transcripts';

  /** What one side had, and the frame that it got. */
  function sideOf(file: string): { items: Item[]; initiates: boolean; got: Uint8Array } {
    const lines = vectorLines(`${folder}/${file}`).map(line => line.split(',').slice(2));
    return {
      items: lines.flatMap(([what, time, id]) => (what === 'item' ? [[Number(time), id!] as const] : [])),
      initiates: lines.some(([what]) => what === 'initiate'),
      got: hexToBytes(lines.find(([what]) => what === 'msg')![1]!),
    };
  }

  for (const [asking, asked] of [
    ['lang1-kotlin-server.txt', 'lang1-js-client.txt'],
    ['lang2-js-server.txt', 'lang2-kotlin-client.txt'],
  ] as const) {
    test(`${asking} asks ${asked}`, () => {
      const [a, b] = [sideOf(asking), sideOf(asked)];
      assert.ok(a.initiates && !b.initiates);
      const initiator = new NegentropyInitiator(itemsOf(a.items));
      assert.equal(bytesToHex(initiator.open()), bytesToHex(b.got));
      const answer = answerNegentropy(itemsOf(b.items), b.got);
      assert.equal(bytesToHex(answer), bytesToHex(a.got));
      const { reply, have, need } = initiator.next(a.got);
      assert.deepEqual([reply, have.length, need.length], [undefined, 0, 0]);
    });
  }

  for (const [name, limits] of [
    ['simpletest', [0, 0]],
    ['framelimits', [4096, 4096]],
  ] as const) {
    test(`the item sets of ${name}, in both roles`, () => {
      const [a, b] = (['client', 'server'] as const).map(side =>
        vectorLines(`${folder}/${name}-${side}.txt`).map(line => {
          const [time, id] = line.trim().split(',');
          return [Number(time), id!] as const;
        }),
      ) as [Item[], Item[]];
      for (const [client, server] of [
        [a, b],
        [b, a],
      ] as const) {
        const { have, need } = reconcile(itemsOf(client), itemsOf(server), [...limits]);
        const unique = (ids: string[]) => [...new Set(ids)];
        assert.deepEqual(have.sort(), unique(missingFrom(client, server)));
        assert.deepEqual(need.sort(), unique(missingFrom(server, client)));
      }
    });
  }
});
