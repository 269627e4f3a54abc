import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { Writer } from '../../../src/output/writer.ts';
import { PublishOutput } from '../../../src/run/publish-output.ts';
import type { PublishState } from '../../../src/run/publish-state.ts';

/** What happened, in its order: writes to stdout, and flushes of the state with what was noted. */
function world(fault?: Error) {
  const told: string[] = [];
  const stdout = new Writer(
    new Writable({
      write(chunk, _encoding, done) {
        told.push(`stdout ${JSON.stringify(chunk.toString())}`);
        done();
      },
    }),
    false,
  );
  const noted: string[] = [];
  const state = {
    add: (_relay: string, id: string) => noted.push(id),
    flush() {
      if (fault) throw fault;
      if (noted.length > 0) told.push(`state ${noted.splice(0)}`);
    },
  } as unknown as PublishState;
  return { told, output: new PublishOutput({ stdout, log: { eraseProgress() {} } }, state) };
}

const turn = () => new Promise(resolve => setImmediate(resolve));

test('the lines of a turn are one write, after what they tell of is remembered', async () => {
  const { told, output } = world();
  for (const id of ['a', 'b']) {
    output.accepted('r', id);
    output.line(Buffer.from(id));
  }
  assert.deepEqual(told, []);
  await turn();
  assert.deepEqual(told, ['state a,b', 'stdout "a\\nb\\n"']);
  output.accepted('r', 'c');
  output.remember();
  assert.equal(told.at(-1), 'state c');
  await output.flush();
  assert.equal(told.length, 3);
});

test('what cannot be remembered is not told, and whoever asks hears why', async () => {
  const { told, output } = world(new Error('disk full'));
  output.accepted('r', 'a');
  output.line(Buffer.from('a'));
  await turn();
  assert.deepEqual(told, []);
  await assert.rejects(output.room()!, /disk full/);
  await assert.rejects(output.flush(), /disk full/);
});
