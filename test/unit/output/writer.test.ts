import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import { IoError } from '../../../src/errors.ts';
import { Writer } from '../../../src/output/writer.ts';

/** A stdout that takes what it is told to take. */
class Sink extends Writable {
  text = '';
  #pending: ((error?: Error | null) => void)[] = [];
  held = false;

  constructor() {
    super({ highWaterMark: 16, decodeStrings: false });
  }

  override _write(chunk: string, _encoding: string, done: (error?: Error | null) => void): void {
    this.text += chunk;
    if (this.held) this.#pending.push(done);
    else done();
  }

  release(error?: Error): void {
    this.held = false;
    for (const done of this.#pending.splice(0)) done(error);
  }
}

const failure = (code: string) => Object.assign(new Error(code), { code });

describe('the writer', () => {
  test('writes whole lines, and nothing for no lines', async () => {
    const sink = new Sink();
    const writer = new Writer(sink, false);
    await writer.line('a');
    await writer.lines(['b', 'c']);
    await writer.lines([]);
    await writer.raw('d');
    await writer.flush();
    assert.equal(sink.text, 'a\nb\nc\nd');
  });

  test('escapes controls on a terminal, and only there', async () => {
    for (const isTerminal of [true, false]) {
      const sink = new Sink();
      await new Writer(sink, isTerminal).line('"\u007f"');
      assert.equal(sink.text, isTerminal ? '"\\u007f"\n' : '"\u007f"\n');
    }
  });

  test('makes the caller wait while the reader is slow', async () => {
    const sink = new Sink();
    sink.held = true;
    const writer = new Writer(sink, false);
    let room = false;
    const written = writer.line('x'.repeat(100));
    assert.ok(written instanceof Promise);
    const waiting = written.then(() => {
      room = true;
    });
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(room, false);
    sink.release();
    await waiting;
    assert.equal(writer.line('y'), undefined);
  });

  test('all who wait share one listener, so that Node warns of none', async () => {
    const sink = new Sink();
    sink.held = true;
    const writer = new Writer(sink, false);
    const waiting = Array.from({ length: 20 }, () => writer.line('x'.repeat(100)));
    assert.deepEqual(
      ['drain', 'error', 'close'].map(event => sink.listenerCount(event)),
      [1, 2, 1], // one `error` is the writer's own
    );
    sink.release();
    await Promise.all(waiting);
    assert.equal(sink.listenerCount('drain'), 0);
  });

  test('what a reader does not take can be given up: nothing waits for it any more', async () => {
    const sink = new Sink();
    const writer = new Writer(sink, false);
    assert.equal(writer.abandon(), false);
    sink.held = true;
    void writer.line('x'.repeat(100));
    assert.equal(writer.abandon(), true);
    assert.equal(writer.isAbandoned, true);
    await writer.line('more');
    await writer.flush();
    assert.equal(sink.text.length, 101);
  });

  test('a reader that has gone is no error: whoever waits goes on, and nothing is written any more', async () => {
    const sink = new Sink();
    sink.held = true;
    const writer = new Writer(sink, false);
    const written = writer.line('x'.repeat(100));
    sink.release(failure('EPIPE'));
    await written;
    assert.equal(writer.readerGone.aborted, true);
    await writer.line('more');
    await writer.flush();
    assert.equal(sink.text.length, 101);
  });

  test('any other failure is an IoError: for whoever waits, for the next line, for the flush', async () => {
    const sink = new Sink();
    sink.held = true;
    const writer = new Writer(sink, false);
    const written = writer.line('x'.repeat(100));
    sink.release(failure('ENOSPC'));
    await assert.rejects(async () => written, IoError);
    assert.throws(() => void writer.line('more'), /cannot write to stdout: ENOSPC/);
    await assert.rejects(writer.flush(), IoError);
    assert.equal(writer.readerGone.aborted, false);
  });

  test('waits for nobody after the end of the command', async () => {
    const sink = new Sink();
    sink.held = true;
    const end = new AbortController();
    const writer = new Writer(sink, false, end.signal);
    const written = writer.line('x'.repeat(100));
    end.abort();
    await written;
    await writer.line('more');
    assert.equal(writer.isWaiting, true);
    assert.equal(writer.abandon(), true);
  });

  test('does not wait for ever for a stream that was destroyed', async () => {
    const sink = new Sink();
    sink.held = true;
    const writer = new Writer(sink, false);
    const written = writer.line('x'.repeat(100));
    sink.destroy();
    await written;
    await writer.flush();
  });

  test('flush waits until everything was taken, and leaves no listeners behind', async () => {
    const sink = new Sink();
    const writer = new Writer(sink, false);
    const before = sink.eventNames().map(name => sink.listenerCount(name));
    for (let turn = 0; turn < 20; turn++) {
      sink.held = true;
      const written = writer.line('x'.repeat(50));
      const flushed = writer.flush();
      sink.release();
      await Promise.all([written, flushed]);
    }
    assert.deepEqual(
      sink.eventNames().map(name => sink.listenerCount(name)),
      before,
    );
  });
});
