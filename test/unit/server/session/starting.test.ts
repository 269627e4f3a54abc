import assert from 'node:assert/strict';
import test from 'node:test';
import { Starting } from '../../../../src/server/session/starting.ts';

test('there is room for the next while few are under way, and when any of them has ended', async () => {
  const starting = new Starting(3);
  const never = () => new Promise<void>(() => {});
  let end = () => {};
  await starting.add(never());
  await starting.add(new Promise(resolve => (end = resolve)));
  let hasRoom = false;
  const room = starting.add(never()).then(() => {
    hasRoom = true;
  });
  await new Promise(setImmediate);
  assert.equal(hasRoom, false);
  end();
  await room;
});
