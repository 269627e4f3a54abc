// stdout as the target of a mirror: a slow reader is waited for, and gets each event once.
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { Writer } from '../../../../src/output/writer.ts';
import { openStdout } from '../../../../src/run/mirror/output.ts';
import { OutputTarget } from '../../../../src/run/mirror/output-target.ts';
import { eventually, LastingRelay, startMirror } from '../../../support/mirror-world.ts';
import { A, T0 } from '../../../support/people.ts';
import { notes } from '../../../support/sync-world.ts';
import { publishAll } from '../../../support/wire.ts';

/** A reader that takes a piece when it is told to. */
function slowReader(): { stream: Writable; lines: () => string[]; takes: (on: boolean) => void } {
  let [text, isTaking] = ['', false];
  let waiting: (() => void) | undefined;
  const stream = new Writable({
    highWaterMark: 1000,
    write(chunk, _, done) {
      text += chunk;
      if (isTaking) done();
      else waiting = done;
    },
  });
  const takes = (on: boolean) => {
    isTaking = on;
    if (on) waiting?.();
    if (on) waiting = undefined;
  };
  return { stream, takes, lines: () => text.split('\n').filter(Boolean) };
}

test('a slow reader gets each event once; what it has not taken does not count', async t => {
  const long = 'x'.repeat(60_000);
  const large = Array.from({ length: 150 }, (_, i) => A.note(`${i} ${long}`, T0 + i));
  const from = await LastingRelay.start(t, large);
  const reader = slowReader();
  const output = await openStdout(new Writer(reader.stream, false), undefined);
  const { taken } = output;
  const { mirror } = startMirror(t, [from.url], [hooks => new OutputTarget('-', output, hooks)]);
  const [target] = mirror.targets;
  await eventually(() => target!.queued > 100);
  assert.equal(target!.counts.accepted, 0);
  assert.equal(taken.size, 0);
  assert.equal(mirror.pairs[0]!.since, undefined, 'how far it is says nothing yet');
  await publishAll([from.url], notes(5, 1000));
  reader.takes(true);
  await eventually(() => taken.size === 155);
  const ids = reader.lines().map(line => JSON.parse(line).id);
  assert.deepEqual([ids.length, new Set(ids).size], [155, 155]);
  await eventually(() => mirror.pairs[0]!.since === T0 + 1004);
});
