import assert from 'node:assert/strict';
import { Duplex, type Writable } from 'node:stream';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as ws from 'ws';
import { TextFrames } from '../../../../src/relay/wire/text-frames.ts';
import { runs } from '../../../support/arbitraries.ts';
import { closePayload, encodeFrame, type FrameOptions, OPCODE } from '../../../support/websocket-bytes.ts';

// The types of ws do not know what reads its frames.
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };

const MAX = 1 << 20;

/** What came out, in order: by which way is noted for those who ask. */
interface Heard {
  frames: string[];
  /** How many text frames were taken from before ws. */
  taken: number;
}

/**
 * Lets a socket receive these chunks, read by ws alone or with text frames taken out before. `unread` is what still
 * waits in it when it closes; `reuses`: the bytes of a chunk are gone when the next one comes.
 */
async function hear(
  chunks: readonly Buffer[],
  isInterposed: boolean,
  unread?: Buffer,
  reuses = false,
): Promise<Heard> {
  const heard: Heard = { frames: [], taken: 0 };
  const receiver = new Receiver({
    isServer: false,
    maxPayload: MAX,
    extensions: {},
    allowSynchronousEvents: true,
  });
  const wire = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const onData = (chunk: Buffer) => void receiver.write(chunk);
  wire.on('data', onData);
  receiver.on('message', (data: Buffer, isBinary: boolean) =>
    heard.frames.push(`${isBinary ? 'binary' : 'text'} ${data}`),
  );
  receiver.on('ping', data => heard.frames.push(`ping ${data}`));
  receiver.on('pong', data => heard.frames.push(`pong ${data}`));
  receiver.on('conclude', code => {
    heard.frames.push(`close ${code}`);
    wire.off('data', onData);
  });
  receiver.on('error', error => {
    heard.frames.push(`error ${error.message}`);
    wire.off('data', onData);
  });
  if (isInterposed)
    TextFrames.interpose(wire, MAX, {
      texts: (bytes, ranges) => {
        for (let i = 0; i < ranges.length; i += 2)
          heard.frames.push(`text ${bytes.toString('utf8', ranges[i], ranges[i + 1])}`);
        heard.taken += ranges.length / 2;
      },
      notUtf8: () => {
        heard.frames.push('error Invalid WebSocket frame: invalid UTF-8 sequence');
        wire.off('data', onData);
      },
    });
  for (const chunk of chunks) {
    const piece = Buffer.from(chunk);
    wire.emit('data', piece);
    if (reuses) piece.fill(0);
    await new Promise(setImmediate); // ws tells of an error on a later turn
  }
  if (unread) {
    wire.emit('close');
    receiver.write(unread); // what ws does with what waits in a socket that was paused
  }
  return heard;
}

const text = (content: string, options: FrameOptions = {}) => encodeFrame(Buffer.from(content), options);
const control = (opcode: number, content = '') => encodeFrame(Buffer.from(content), { opcode });

/** The bytes cut behind each of these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map(place => place % bytes.length))].sort((a, b) => a - b);
  return [...sorted, bytes.length].map((end, i) => bytes.subarray(sorted[i - 1] ?? 0, end));
}

test('pieces of a frame are copied, not kept: a piece costs far more than its bytes', async () => {
  for (const frame of [text('é'.repeat(300)), encodeFrame(Buffer.from('bytes'), { opcode: OPCODE.binary })]) {
    const header = frame.subarray(0, 4);
    const bytes = [...frame.subarray(4)].map(byte => Buffer.from([byte]));
    const { frames } = await hear([header, ...bytes], true, undefined, true);
    assert.deepEqual(frames, (await hear([frame], true)).frames);
  }
});

describe('text frames taken from a socket', () => {
  const stream = [
    text('one'),
    text('é'.repeat(100)),
    control(OPCODE.ping, 'still there?'),
    text('x'.repeat(70_000)),
    text(''),
    encodeFrame(Buffer.from([1, 2]), { opcode: OPCODE.binary }),
    text('last'),
  ];

  test('are those that come whole; the others and their neighbours go through ws, in order', async () => {
    const heard = await hear([Buffer.concat(stream)], true);
    assert.deepEqual(heard.frames, (await hear([Buffer.concat(stream)], false)).frames);
    assert.equal(heard.taken, 5);
  });

  test('are the same wherever the bytes are cut', async () => {
    const short = Buffer.concat(stream.filter(frame => frame.length < 1000));
    const { frames } = await hear([short], false);
    for (let at = 1; at < short.length; at++)
      assert.deepEqual((await hear(cut(short, [at]), true)).frames, frames);
    assert.deepEqual((await hear(cut(short, [...short.keys()]), true)).frames, frames);
  });

  const ODD: Record<string, Buffer> = {
    'a close frame': encodeFrame(closePayload(1000, 'bye'), { opcode: OPCODE.close }),
    'the first fragment': text('frag', { fin: false }),
    'a continuation of nothing': text('ment', { opcode: OPCODE.continuation }),
    'a masked frame': text('mask', { masked: true }),
    'a reserved bit': text('rsv', { rsv: 4 }),
    'an unknown opcode': text('three', { opcode: 3 }),
    'a frame that is too long': text('long', { length: MAX + 1 }),
    'a length of 64 bits': Buffer.from('817fffffffffffffffff', 'hex'),
    'a long ping': encodeFrame(Buffer.alloc(126), { opcode: OPCODE.ping }),
    'text that is not UTF-8': encodeFrame(Buffer.from([0xc3, 0x28])),
    'text cut within a character': encodeFrame(Buffer.from([0xf0, 0x9f])),
  };
  for (const [what, frame] of Object.entries(ODD)) {
    test(`leave ${what} to ws, which does with it what it always does`, async () => {
      const bytes = Buffer.concat([text('before'), frame]);
      const { frames } = await hear([bytes], false);
      assert.deepEqual((await hear([bytes], true)).frames, frames);
      for (let at = 1; at < bytes.length; at += at < 30 ? 1 : 30)
        assert.deepEqual((await hear(cut(bytes, [at]), true)).frames, frames);
    });
  }

  test('are put together by ws when they come in fragments', async () => {
    const fragments = [
      text('a', { fin: false }),
      control(OPCODE.ping),
      text('b', { opcode: OPCODE.continuation }),
      text('c'),
    ];
    const { frames } = await hear([Buffer.concat(fragments)], true);
    assert.deepEqual(frames, ['ping ', 'text ab', 'text c']);
  });

  test('two halves of a character in two frames are two faults, not one character', async () => {
    const halves = [encodeFrame(Buffer.from([0xc3])), encodeFrame(Buffer.from([0xa9]))];
    const { frames } = await hear([Buffer.concat([text('ok'), ...halves])], true);
    assert.deepEqual(frames, ['text ok', 'error Invalid WebSocket frame: invalid UTF-8 sequence']);
  });

  test('lose nothing when the socket closes in the midst of one', async () => {
    const bytes = Buffer.concat([text('one'), control(OPCODE.ping), text('two and more'), text('three')]);
    const { frames } = await hear([bytes], false);
    for (let at = 1; at < bytes.length; at++) {
      const [first, unread] = cut(bytes, [at]);
      assert.deepEqual((await hear([first!], true, unread)).frames, frames);
    }
  });

  test('any stream of frames, cut anywhere, is heard as ws alone hears it', async () => {
    const frame = fc.oneof(
      { weight: 6, arbitrary: fc.string({ maxLength: 300, unit: 'grapheme' }).map(content => text(content)) },
      { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 70_000 }).map(size => text('y'.repeat(size))) },
      { weight: 1, arbitrary: fc.constantFrom(OPCODE.ping, OPCODE.pong).map(code => control(code, 'data')) },
      { weight: 1, arbitrary: fc.constant(encodeFrame(Buffer.from('bin'), { opcode: OPCODE.binary })) },
      { weight: 1, arbitrary: fc.constantFrom(...Object.values(ODD)) },
    );
    const property = fc.asyncProperty(
      fc.array(frame, { minLength: 1, maxLength: 20 }),
      fc.array(fc.nat({ max: 200_000 }), { maxLength: 8 }),
      async (frames, places) => {
        const bytes = Buffer.concat(frames);
        const { frames: alone } = await hear(cut(bytes, places), false);
        assert.deepEqual((await hear(cut(bytes, places), true)).frames, alone);
      },
    );
    await fc.assert(property, runs(200));
  });
});
