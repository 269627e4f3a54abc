// The stderr of a policy program, by streams that say how much was read of them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import test from 'node:test';
import { tellStderr } from '../../../src/policy/policy-stderr.ts';

async function toldOf(chunks: Iterable<Buffer>): Promise<string[]> {
  const told: string[] = [];
  const stderr = Readable.from(chunks, { objectMode: false });
  tellStderr(stderr, line => told.push(line));
  await once(stderr, 'close');
  return told;
}

test('lines come whole, however they are cut, and a last one without an end', async () => {
  const bytes = Buffer.from('one\n\nzwei €\nlast');
  assert.deepEqual(await toldOf([bytes.subarray(0, 11), bytes.subarray(11)]), ['one', 'zwei €', 'last']);
});

test('a long line is cut, and says how long it was', async () => {
  const [line, ...others] = await toldOf([
    Buffer.from('x'.repeat(600)),
    Buffer.from(`${'x'.repeat(900)}\ny\n`),
  ]);
  assert.equal(line, `${'x'.repeat(1000)}… (1500 characters)`);
  assert.deepEqual(others, ['y']);
});

test('of very many lines some are told, and how many were left out', async () => {
  const told = await toldOf([Buffer.from('again\n'.repeat(5000))]);
  assert.deepEqual(told, [...Array(20).fill('again'), '4980 more lines were left out']);
});

test('who writes megabytes has to wait', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let read = 0;
  const stderr = new Readable({
    read() {
      read += 65_536;
      this.push(Buffer.alloc(65_536, 'a\n'));
    },
  });
  tellStderr(stderr, () => {});
  await once(stderr, 'pause');
  const before = read;
  assert.ok(before < 2 * 1024 * 1024, `${before} bytes`);
  t.mock.timers.tick(1000);
  await once(stderr, 'pause');
  assert.ok(read > before);
  stderr.destroy();
});
