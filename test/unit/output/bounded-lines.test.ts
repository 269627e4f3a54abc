import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import { BoundedLines } from '../../../src/output/bounded-lines.ts';

const LIVING = new AbortController().signal;
const LINE = 'x'.repeat(1023);
const MIB_LINES = 1024;

/** A stream whose reader takes nothing until it is woken. */
function asleep() {
  const seen: string[] = [];
  let wake: (() => void) | undefined;
  const stream = new Writable({
    write(chunk, _, done) {
      seen.push(chunk.toString().trimEnd());
      wake = done;
    },
  });
  const lines = new BoundedLines(stream, count => `${count} left out`);
  /** Reads everything that waits. */
  const readAll = () => {
    while (wake) {
      const next = wake;
      wake = undefined;
      next();
    }
  };
  return { stream, lines, seen, readAll };
}

const turn = () => new Promise(resolve => setImmediate(resolve));

describe('lines for a reader that sleeps', () => {
  test('wait within a bound, and beyond it are left out and counted', async () => {
    const { stream, lines, seen, readAll } = asleep();
    for (let i = 0; i < 5 * MIB_LINES; i++) lines.line(LINE);
    assert.ok(stream.writableLength < 1.1 * 2 ** 20, `${stream.writableLength} bytes wait`);
    readAll();
    await turn();
    const kept = seen.filter(line => line === LINE).length;
    assert.equal(seen.at(-1), `${5 * MIB_LINES - kept} left out`);
    lines.line('again');
    readAll();
    assert.equal(seen.at(-1), 'again');
  });

  test('are told in order: what is always written comes after the count', () => {
    const { lines, seen, readAll } = asleep();
    for (let i = 0; i < 2 * MIB_LINES; i++) lines.line(LINE);
    lines.always('the end');
    readAll();
    assert.match(seen.at(-2)!, /^\d+ left out$/);
    assert.equal(seen.at(-1), 'the end');
  });

  test('let those wait who can, long before anything is left out', async () => {
    const { lines, seen, readAll } = asleep();
    lines.line(LINE);
    assert.equal(lines.room(LIVING), undefined);
    for (let i = 0; i < MIB_LINES / 2; i++) lines.line(LINE);
    const room = lines.room(LIVING);
    assert.ok(room);
    assert.equal(lines.room(LIVING), room, 'however many wait, they wait for one thing');
    readAll();
    await room;
    assert.equal(seen.length, 1 + MIB_LINES / 2);
  });

  test('let nobody wait once the command has ended, or the reader has gone', async () => {
    const ended = new AbortController();
    const { lines, stream } = asleep();
    for (let i = 0; i < MIB_LINES; i++) lines.line(LINE);
    const room = lines.room(ended.signal);
    ended.abort();
    await room;
    await lines.flushed(ended.signal);
    const gone = lines.room(LIVING);
    stream.destroy(new Error('EPIPE'));
    await gone;
    await turn();
    assert.equal(lines.room(LIVING), undefined);
    lines.line('to nobody');
  });
});
