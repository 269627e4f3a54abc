import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EventItem, readEventValues } from '../../../../src/input/event-values.ts';
import type { Mining } from '../../../../src/mining/mining.ts';
import type { StreamEvent } from '../../../../src/protocol/stream-event.ts';
import type { DraftOptions } from '../../../../src/run/events/draft.ts';
import type { BadLines } from '../../../../src/run/events/event-input.ts';
import { type Deliver, deliverEvents } from '../../../../src/run/events/event-source.ts';
import { LocalSigner } from '../../../../src/signer/local.ts';
import type { Signer } from '../../../../src/signer/signer.ts';
import type { Verdict, Verifier } from '../../../../src/verify/verifier.ts';
import { makeEvent } from '../../../support/made-up-events.ts';

const BATCH = 4;

/** Believes every event but those it is told not to; the first batches take the longest. */
class SlowVerifier implements Verifier {
  readonly engine = 'slow';
  readonly batchSize = BATCH;
  readonly batchesInFlight = 3;
  atOnce = 0;
  #underWay = 0;
  #asked = 0;

  async verify(events: readonly StreamEvent[]): Promise<Verdict[]> {
    this.atOnce = Math.max(this.atOnce, ++this.#underWay);
    for (let turns = 40 - this.#asked++; turns > 0; turns--)
      await new Promise(resolve => setImmediate(resolve));
    this.#underWay--;
    return events.map(({ id }) => (FORGED.has(id) ? 'signature' : 'valid'));
  }
}

const FORGED = new Set([makeEvent(9).id]);

/** Reads lines; gives what was delivered and reported, in that order. */
async function read(lines: readonly string[], failEarly = false, verifier = new SlowVerifier()) {
  const told: (string | number)[] = [];
  const badLines = {
    report(line: number) {
      told.push(line);
      if (failEarly) throw new Error('stop');
    },
  } as unknown as BadLines;
  const deliver: Deliver = async events => {
    for (const { id } of events) told.push(id);
    return true;
  };
  const chunks = readEventValues(
    (async function* () {
      yield Buffer.from(lines.join('\n'));
    })(),
  ) as AsyncIterable<EventItem[]>;
  await deliverEvents(chunks, { noDrafts: 'no drafts' }, badLines, verifier, deliver).catch(error =>
    told.push(error.message),
  );
  return told;
}

const lines = (count: number) => Array.from({ length: count }, (_, i) => JSON.stringify(makeEvent(i)));

describe('events from lines', () => {
  test('keep their order and that of the bad lines, though several batches are verified at once', async () => {
    const verifier = new SlowVerifier();
    const all = lines(30);
    all[5] = 'nonsense';
    all[12] = '{"content":"a draft"}';
    assert.deepEqual(
      await read(all, false, verifier),
      all.map((_, i) => ([5, 9, 12].includes(i) ? i + 1 : makeEvent(i).id)),
    );
    assert.ok(verifier.atOnce > 1 && verifier.atOnce <= 3, `${verifier.atOnce} at once`);
  });

  test('before the bad line that ends the reading are delivered, those after it are not', async () => {
    assert.deepEqual(await read(lines(20), true), [
      ...Array.from({ length: 9 }, (_, i) => makeEvent(i).id),
      10,
      'stop',
    ]);
  });

  /** Drafts with these contents, in one piece. */
  async function* drafts(contents: readonly string[]): AsyncGenerator<EventItem[]> {
    yield contents.map((content, line) => ({ line, value: { content } }));
  }

  const draft: DraftOptions = {
    flags: { tags: [] },
    signer: async () => new LocalSigner(new Uint8Array(32).fill(3)),
    now: () => 0,
    signal: new AbortController().signal,
  };

  test('are delivered one by one as they are mined', async () => {
    const mining = {
      isDone: () => false,
      mine: async event => {
        if (event.content === '3') throw new Error('never');
        return { ...event, id: '' };
      },
    } as Pick<Mining, 'isDone' | 'mine'> as Mining;
    const delivered: string[] = [];
    const deliver: Deliver = async events => {
      for (const event of events) delivered.push(event.toEvent().content);
      return true;
    };
    const source = drafts(['1', '2', '3', '4']);
    const all = deliverEvents(
      source,
      { draft: { ...draft, mining }, noDrafts: '' },
      {} as BadLines,
      new SlowVerifier(),
      deliver,
    );
    await assert.rejects(all, /never/);
    assert.deepEqual(delivered, ['1', '2']);
  });

  test('made of drafts leave room for what ends them', async () => {
    const stop = new AbortController();
    let signed = 0;
    const signer = {
      publicKey: 'ab'.repeat(32),
      isRevealedBy: () => false,
      sign: async () => makeEvent(++signed),
    };
    setImmediate(() => stop.abort('enough'));
    const options = { ...draft, signer: async () => signer as unknown as Signer, signal: stop.signal };
    const source = drafts(Array.from({ length: 100 }, (_, i) => String(i)));
    const all = deliverEvents(
      source,
      { draft: options, noDrafts: '' },
      {} as BadLines,
      new SlowVerifier(),
      async () => true,
    );
    await assert.rejects(all, reason => reason === 'enough');
    assert.ok(signed < 10, `${signed} were signed`);
  });

  test('end when nobody wants more', async () => {
    let delivered = 0;
    const source = (async function* (): AsyncGenerator<EventItem[]> {
      for (let i = 0; ; i++) {
        assert.ok(i < 100, 'it is read on and on');
        yield [{ line: i, value: makeEvent(i) }];
      }
    })();
    await deliverEvents(
      source,
      { noDrafts: 'no drafts' },
      {} as BadLines,
      new SlowVerifier(),
      async () => ++delivered < 2,
    );
    assert.equal(delivered, 2);
  });
});
