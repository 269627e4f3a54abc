import assert from 'node:assert/strict';
import test from 'node:test';
import type { Listener } from '../../../../src/server/hub.ts';
import { LiveIndex } from '../../../../src/server/live-index.ts';
import { Subscription } from '../../../../src/server/session/subscription.ts';
import { Subscriptions } from '../../../../src/server/session/subscriptions.ts';
import { SharedMemory } from '../../../../src/server/shared-memory.ts';
import { FakeTransport } from '../../../support/fake-transport.ts';

const ids = (count: number) => Array.from({ length: count }, (_, i) => i.toString(16).padStart(64, '0'));

test('when all filters together weigh too much, those of the heaviest client end', () => {
  const listed = new SharedMemory(180);
  const live = new LiveIndex<Listener>();
  const ended: string[] = [];
  const client = (name: string) => {
    const subscriptions: Subscriptions = new Subscriptions({
      ...{ live, listed, maySee: () => true, onTooSlow: () => {} },
      onTooHeavy: id => {
        ended.push(`${name} ${id}`);
        subscriptions.end(id);
      },
    });
    return subscriptions;
  };
  const ask = (subscriptions: Subscriptions, id: string, count: number) =>
    subscriptions.add(id, new Subscription(new FakeTransport(), id, false), [{ ids: ids(count) }]);
  const [light, heavy] = [client('light'), client('heavy')];
  ask(light, 'a', 10);
  ask(heavy, 'b', 10);
  ask(heavy, 'c', 10);
  assert.deepEqual([light.weight, heavy.weight, listed.total, ended], [50, 100, 150, []]);
  ask(light, 'd', 0);
  assert.deepEqual(ended, ['heavy b', 'heavy c']);
  assert.deepEqual([light.size, heavy.size, live.size, listed.total], [2, 0, 2, 90]);
  ask(heavy, 'e', 0);
  assert.equal(listed.total, 130);
  light.endAll();
  heavy.endAll();
  assert.deepEqual([live.size, listed.total], [0, 0]);
});
