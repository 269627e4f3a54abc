import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stringifyEvent } from '../../../../src/protocol/event.ts';
import { readEvent, readEventFrames } from '../../../../src/protocol/scanner/event-scanner.ts';
import { PlainScanner } from '../../../../src/protocol/scanner/plain-scanner.ts';
import { ScannedEvent } from '../../../../src/protocol/scanner/scanned-event.ts';
import { WasmScanner } from '../../../../src/protocol/scanner/wasm-scanner.ts';
import { A } from '../../../support/people.ts';
import { describeVectors, vectorLines } from '../../../support/vectors.ts';

const event = A.sign({ kind: 30023, content: 'a "quoted"\n ä 😀', tags: [[], ['t', 'x', ''], ['d']] });

test('where there is WebAssembly, events are read as bytes', () => {
  const bytes = Buffer.from(stringifyEvent(event));
  assert.ok(readEvent(bytes) instanceof ScannedEvent);
  const [run] = readEventFrames(Buffer.from(`["EVENT","a",${bytes}]`), [0, 14 + bytes.length]);
  assert.ok(!Buffer.isBuffer(run) && run!.events[0] instanceof ScannedEvent);
});

for (const scanner of [new WasmScanner(), new PlainScanner()])
  describe(scanner.constructor.name, () => {
    const read = (text: string) => scanner.readEvents([Buffer.from(text)])[0];

    test('many texts are each read by itself, whatever stands between them and however large they are', () => {
      const contents = ['', 'x'.repeat(300_000), 'short', 'y'.repeat(130_900), 'z'.repeat(130_000)];
      const texts = Array.from({ length: 1300 }, (_, i) =>
        i % 3 === 0
          ? `{"id":${i}}`
          : stringifyEvent({ ...event, content: `${i} ${contents[i % 500] ?? 'x'.repeat(i)}` }),
      );
      const found = scanner.readEvents(texts.map(text => Buffer.from(text)));
      assert.deepEqual(
        found.map((event, i) => event?.line() ?? `{"id":${i}}`),
        texts,
      );
    });

    describe('text that is not canonical', () => {
      const line = stringifyEvent(A.sign({ content: 'a/b\n', tags: [['t', 'x']] }));
      const cases: Record<string, string> = {
        'white space': line.replace(',"kind"', ', "kind"'),
        'white space in tags': line.replace('["t","x"]', '["t", "x"]'),
        'white space before it': ` ${line}`,
        'an escape too many': line.replace('a/b', 'a\\/b'),
        'an escape by number': line.replace('a/b', '\\u0061/b'),
        'another escape of a control': line.replace('\\n', '\\u000a'),
        'hex digits in upper case': line.replace('\\n', '\\u001F'),
        'a surrogate by number': line.replace('a/b', '\\ud83d\\ude00'),
        'a raw control character': line.replace('a/b', 'a\u0001b'),
        'a key twice': line.replace('"kind":1', '"kind":1,"kind":1'),
        'another key': line.replace('"kind":1', '"kind":1,"seen":1'),
        'a missing key': line.replace('"kind":1,', ''),
        'a number with a point': line.replace('"kind":1', '"kind":1.0'),
        'a number with an exponent': line.replace('"kind":1', '"kind":1e0'),
        'a leading zero': line.replace('"kind":1', '"kind":01'),
        'a sign': line.replace('"kind":1', '"kind":-1'),
        'a number as text': line.replace('"kind":1', '"kind":"1"'),
        'an id in upper case': line.replace(/"id":"\w+"/, found => found.toUpperCase().replace('ID', 'id')),
        'a short id': line.replace(/"id":"\w/, '"id":"'),
        'a number in tags': line.replace('"x"', '1'),
        'an object in tags': line.replace('"x"', '{}'),
        'a list in tags': line.replace('"x"', '["x"]'),
        'a comma too many': line.replace('["t","x"]', '["t","x",]'),
        'a comma at the end': line.replace(/}$/, ',}'),
        'more behind it': `${line}}`,
        nothing: '',
        'no object': '[]',
      };
      for (const [what, text] of Object.entries(cases)) {
        test(`is left to others: ${what}`, () => {
          assert.notEqual(text, line);
          assert.equal(read(text), undefined);
        });
      }

      test('is left to others wherever it is cut off', () => {
        for (let end = 0; end < line.length; end++) {
          assert.equal(read(line.slice(0, end)), undefined);
          const alone = Buffer.from(Uint8Array.from(Buffer.from(line.slice(0, end))).buffer); // nothing behind it
          assert.equal(scanner.readEvents([alone])[0], undefined);
        }
      });
    });

    /** What is found in these frames: of a run the subscription and its events, of others their text. */
    function readFrames(frames: readonly string[], gap = '') {
      const ranges: number[] = [];
      let text = '';
      for (const frame of frames) {
        text += gap;
        const begin = Buffer.byteLength(text);
        text += frame;
        ranges.push(begin, Buffer.byteLength(text));
      }
      return scanner
        .readEventFrames(Buffer.from(text), ranges)
        .map(found =>
          Buffer.isBuffer(found)
            ? found.toString()
            : { ...found, events: found.events.map(one => one.toEvent()) },
        );
    }

    describe('frames', () => {
      const others = Array.from({ length: 3 }, (_, i) => A.note(`number ${i}`));
      const frame = (subId: string, one = event) => `["EVENT","${subId}",${stringifyEvent(one)}]`;
      const eose = '["EOSE","nost1"]';

      test('give the subscription and the event', () => {
        const size = Buffer.byteLength(frame('nost1'));
        assert.deepEqual(readFrames([frame('nost1')]), [{ subId: 'nost1', events: [event], size }]);
      });

      test('for one subscription are one run, wherever they lie', () => {
        for (const gap of ['', 'xx', '    ']) {
          const [run, ...more] = readFrames(
            others.map(one => frame('a', one)),
            gap,
          );
          assert.deepEqual(run, { subId: 'a', events: others, size: run && (run as { size: number }).size });
          assert.deepEqual(more, []);
        }
      });

      test('keep their order: another subscription and every other frame end a run', () => {
        const found = readFrames([
          frame('a'),
          frame('b'),
          frame('bb'),
          eose,
          eose,
          frame('bb'),
          '["EVENT","bb",{}]',
        ]);
        assert.deepEqual(
          found.map(one => (typeof one === 'string' ? one : one.subId)),
          ['a', 'b', 'bb', eose, eose, 'bb', '["EVENT","bb",{}]'],
        );
      });

      test('may be very many, or very large', () => {
        const many = readFrames(Array.from({ length: 2000 }, () => frame('a')));
        assert.equal(many.flatMap(one => (one as { events: unknown[] }).events).length, 2000);
        const large = A.note('x'.repeat(3_000_000));
        const mixed = [frame('a'), frame('a', large), frame('a')];
        assert.deepEqual(
          readFrames(mixed).flatMap(one => (one as { events: unknown[] }).events),
          [event, large, event],
        );
      });

      test('may name any subscription', () => {
        assert.equal((readFrames([frame('ä😀')])[0] as { subId: string }).subId, 'ä😀');
      });

      for (const other of [
        eose,
        '["EVENT","nost1"]',
        frame('nost1').replace('["EVENT"', '[ "EVENT"'),
        frame('no\\"st1'),
        frame('no\u0001st1'),
        frame(''),
        frame('nost1').replace(/]$/, ',1]'),
        frame('nost1').replace(/]$/, ' ]'),
        frame('nost1').replace(/]$/, ''),
        frame('nost1').replace('"nost1",', '"nost1"'),
        '',
      ]) {
        test(`of another shape are left to others: ${other.slice(0, 24)}…${other.slice(-4)}`, () => {
          assert.deepEqual(readFrames([other]), [other]);
          assert.deepEqual(readFrames([eose, other, eose]), [eose, other, eose]);
        });
      }
    });

    describeVectors('real frames', () => {
      test('are read as relays send them', () => {
        const frames = vectorLines('events/go-nostr-messages.jsonl').filter(line =>
          line.startsWith('["EVENT"'),
        );
        const read = readFrames(frames).flatMap(found => (typeof found === 'string' ? [] : found.events));
        assert.ok(read.length > frames.length * 0.9, `${read.length} of ${frames.length}`);
      });
    });
  });
