import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Connection } from '../../../../src/relay/link/connection.ts';
import type { EndReason } from '../../../../src/relay/link/outcome.ts';
import type { MayRetry, RelayLink } from '../../../../src/relay/link/relay-link.ts';
import { ConnectionLoop } from '../../../../src/relay/publish/connection-loop.ts';

const LOST: EndReason = { end: 'disconnect', reason: 'gone' };

/** A link whose connections open at once, and what the loop told. */
function looping(mayRetry: MayRetry, fault?: Error) {
  const seen: string[] = [];
  let opened = 0;
  const link = {
    ended: { end: 'interrupted', reason: '' } as EndReason,
    async *connections(goesOn: MayRetry) {
      if (fault) throw fault;
      do yield { number: ++opened } as unknown as Connection;
      while (await goesOn(this.ended));
    },
    leave: async () => void seen.push('left'),
    close: async () => void seen.push('closed'),
  };
  const loop: ConnectionLoop = new ConnectionLoop(link as unknown as RelayLink, {
    onOpen: connection => seen.push(`open ${(connection as unknown as { number: number }).number}`),
    mayRetry,
    onStopped: () => seen.push('stopped'),
    onFault: error => seen.push(`fault ${(error as Error).message}`),
  });
  return { loop, seen };
}

describe('the loop over connections', () => {
  test('holds one connection until it is lost, then the next while that is worth it', async () => {
    let left = 1;
    const { loop, seen } = looping(({ reason }) => reason === 'gone' && left-- > 0);
    loop.start();
    loop.start();
    await turn();
    assert.ok(loop.connection);
    loop.lose(LOST);
    assert.equal(loop.connection, undefined);
    await turn();
    loop.lose(LOST);
    await turn();
    assert.deepEqual(seen, ['open 1', 'open 2', 'left', 'stopped']);
    loop.start();
    await turn();
    assert.equal(seen.at(-1), 'open 3');
  });

  test('loses nothing while none is open, and hands on a fault of the own key', async () => {
    const { loop, seen } = looping(() => false, new Error('locked'));
    loop.lose(LOST);
    loop.start();
    await loop.close();
    assert.deepEqual(seen, ['closed', 'fault locked', 'left', 'stopped']);
  });
});
