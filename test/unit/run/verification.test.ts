import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Context } from '../../../src/context.ts';
import { openVerifier } from '../../../src/run/verification.ts';
import { A } from '../../support/people.ts';
import { allStreamed } from '../../support/streamed.ts';

/** A context that counts who wants memory to be kept low, and what it was told. */
function contextWith(env: Record<string, string>) {
  const seen = { wanting: 0, asked: 0, told: [] as string[], end: () => {} };
  const context = {
    env,
    platform: `${process.platform}-${process.arch}`,
    log: { detail: ({ message }: { message: string }) => seen.told.push(message) },
    onEnd: (release: () => void) => {
      seen.end = release;
    },
    keepMemoryLow: () => {
      seen.asked++;
      seen.wanting++;
      return () => seen.wanting--;
    },
  } as unknown as Context;
  return { context, seen };
}

describe('the verifier of a command', () => {
  test('is the forced one, and -v tells it', async () => {
    const { context, seen } = contextWith({ NOST_VERIFY: 'noble' });
    assert.equal((await openVerifier(context)).engine, 'noble');
    assert.deepEqual(seen.told, ['noble']);
    seen.end();
  });

  test('is one however often it is asked for, and told once', async () => {
    const { context, seen } = contextWith({ NOST_VERIFY: 'noble' });
    const [first, second] = await Promise.all([openVerifier(context), openVerifier(context)]);
    assert.equal(first, second);
    assert.equal(await openVerifier(context), first);
    assert.deepEqual(seen.told, ['noble']);
    assert.notEqual(await openVerifier(contextWith({ NOST_VERIFY: 'noble' }).context), first);
    seen.end();
  });

  test('keeps memory low while it has threads, and no longer', { timeout: 60_000 }, async () => {
    const { context, seen } = contextWith({ NOST_VERIFY: 'wasm' });
    const verifier = await openVerifier(context);
    const events = allStreamed(Array.from({ length: verifier.batchSize }, () => A.note('x')));
    assert.equal(seen.asked, 0);
    while (!(verifier.verify(events) instanceof Promise)) await new Promise(done => setImmediate(done));
    assert.ok(seen.asked >= 1);
    assert.equal(seen.wanting, seen.asked);
    seen.end();
    assert.equal(seen.wanting, 0);
  });
});
