import assert from 'node:assert/strict';
import test from 'node:test';
import { LONG_FRAME } from '../../../src/server/limits.ts';
import { Places } from '../../../src/server/places.ts';

const LONG = LONG_FRAME + 1;

function owner() {
  const waits: boolean[] = [];
  return { waits, wait: (isWaiting: boolean) => void waits.push(isWaiting) };
}

test('long frames wait in order for a place among them, and a short one does not', async () => {
  const places = new Places(LONG_FRAME, LONG);
  const first = (await places.take(owner(), LONG, true))!;
  const order: string[] = [];
  const second = places.take(owner(), LONG, true).then(place => order.push('second') && place!.leave());
  const third = places.take(owner(), LONG, true).then(place => order.push('third') && place!.leave());
  assert.ok(await places.take(owner(), 10, false));
  first.leave();
  first.leave();
  await Promise.all([second, third]);
  assert.deepEqual(order, ['second', 'third']);
});

test('who is forgotten while it waits, or does not want to wait, gets none', async () => {
  const places = new Places(LONG_FRAME, LONG);
  const held = (await places.take(owner(), LONG, true))!;
  const [gone, other] = [owner(), owner()];
  const [waiting, next] = [places.take(gone, LONG, true), places.take(other, LONG, true)];
  places.forget(gone);
  assert.equal(await waiting, undefined);
  assert.deepEqual([gone.waits, other.waits], [[true, false], [true]]);
  assert.equal(await places.take(owner(), LONG, false), undefined);
  held.leave();
  const place = (await next)!;
  assert.deepEqual(other.waits, [true]);
  place.leave();
  place.leave();
  assert.deepEqual(other.waits, [true, false]);
});

test('what is longer than all places has its turn alone', async () => {
  const places = new Places(10, 10);
  assert.ok(await places.take(owner(), 11, false));
  assert.equal(await places.take(owner(), 1, false), undefined);
});
