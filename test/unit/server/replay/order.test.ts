import assert from 'node:assert/strict';
import test from 'node:test';
import { Order } from '../../../../src/server/replay/order.ts';

test('a line waits for those before it', async () => {
  const order = new Order([30, 10, 20]);
  assert.equal(order.isTurn(10), true);
  assert.equal(order.isTurn(20), false);
  const turn = order.turn(30);
  order.done([20]);
  assert.equal(order.isTurn(30), false);
  order.done([10]);
  await turn;
});

test('what does not come is overdue after a while, once for all', async () => {
  const order = new Order([10, 20, 30, 40], 5);
  await order.turn(30);
  order.done([30]);
  assert.equal(order.isTurn(40), true);
});

test('who acts after somebody else is told', () => {
  const [order, a, b] = [new Order([]), {}, {}];
  assert.deepEqual(
    [order.moved(a), order.moved(a), order.moved(b), order.moved(undefined), order.moved(b)],
    [true, false, true, true, true],
  );
});
