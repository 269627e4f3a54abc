import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, type TestContext, test } from 'node:test';
import type { Failure } from '../../../../src/errors.ts';
import { Writer } from '../../../../src/output/writer.ts';
import type { Event } from '../../../../src/protocol/event.ts';
import { CommandEnd } from '../../../../src/run/command-end.ts';
import { checkDeleted } from '../../../../src/run/deletion/check.ts';
import { parseTarget } from '../../../../src/run/deletion/target.ts';
import { whereBy } from '../../../../src/run/people/where.ts';
import { commandWorld, NETWORK } from '../../../support/command-context.ts';
import { A, B, T0 } from '../../../support/people.ts';
import { startNost } from '../../../support/relays.ts';

const NOW = T0 + 1000;
const address = `30023:${A.publicKey}:x`;
const article = (created_at: number) => A.sign({ kind: 30023, tags: [['d', 'x']], created_at });

/** Whether it is gone from a relay that holds these events, after a request of A. */
async function check(t: TestContext, held: readonly Event[], code: string, request: Event, stdout?: Writer) {
  const relay = await startNost({ seed: held });
  t.after(() => relay.close());
  const world = commandWorld({ now: () => NOW * 1000 });
  t.after(world.end);
  const context = { ...world.context, ...(stdout && { stdout }) };
  const end = new CommandEnd(context.deadline);
  if (stdout) context.deadline.start(100);
  const where = await whereBy(context, { ...NETWORK, relay: [relay.url] }, { end });
  let isPrinted = false;
  const fault: Failure | undefined = await checkDeleted(
    context,
    [{ event: request, targets: [parseTarget(code)], relays: [relay.url] }],
    { where, now: NOW, patienceMs: 1, onPrinted: () => (isPrinted = true) },
  ).then(
    () => undefined,
    error => error,
  );
  const line = world.told.stdout === '' ? undefined : JSON.parse(world.told.stdout);
  return { gone: line?.gone, reason: line?.reason, code: fault?.code, isPrinted };
}

describe('what is still served', () => {
  test('is not gone by a request that is older', async t => {
    const request = A.deletion([['a', address]], T0 + 50);
    assert.deepEqual(await check(t, [article(T0 + 100)], address, request), {
      ...{ gone: false, reason: 'still served', code: 'not_deleted', isPrinted: true },
    });
  });

  test('is not gone where it is newer than the request, which is told', async t => {
    const request = A.deletion([['a', address]], NOW);
    const { gone, reason, code } = await check(t, [article(NOW + 1)], address, request);
    assert.deepEqual([gone, reason], [false, 'a version that is newer than the request is served']);
    assert.equal(code, 'not_deleted');
  });

  test('is not gone where it is by another', async t => {
    const theirs = B.note('x');
    const { gone } = await check(t, [theirs], theirs.id, A.deletion([['e', theirs.id]], NOW));
    assert.equal(gone, false);
  });
});

test('nobody waits beyond --timeout for a reader of stdout', async t => {
  const unread = new Writable({ highWaterMark: 1, write() {} });
  const request = A.deletion([['a', address]], NOW);
  const { code, isPrinted } = await check(t, [], address, request, new Writer(unread, false));
  assert.deepEqual([code, isPrinted], ['timeout', false]);
});
