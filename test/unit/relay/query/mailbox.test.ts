import assert from 'node:assert/strict';
import test from 'node:test';
import { Mailbox } from '../../../../src/relay/query/mailbox.ts';

test('items are taken in the order they were put', async () => {
  const mailbox = new Mailbox<number>(3);
  for (const item of [1, 2, 3]) assert.equal(await mailbox.put(item), true);
  assert.deepEqual([await mailbox.take(), await mailbox.take(), await mailbox.take()], [1, 2, 3]);
});

test('a consumer waits for the next item', async () => {
  const mailbox = new Mailbox<string>(1);
  const taken = mailbox.take();
  await mailbox.put('late');
  assert.equal(await taken, 'late');
});

test('producers wait in turn when there is no place, and lose nothing', async () => {
  const mailbox = new Mailbox<number>(1);
  const puts = [1, 2, 3, 4].map(item => mailbox.put(item));
  const taken: number[] = [];
  while (taken.length < 4) taken.push(await mailbox.take());
  assert.deepEqual(taken, [1, 2, 3, 4]);
  assert.deepEqual(await Promise.all(puts), [true, true, true, true]);
});

test('no more than the capacity is held', async () => {
  const mailbox = new Mailbox<number>(2);
  let placed = 0;
  const puts = [1, 2, 3, 4, 5].map(item => mailbox.put(item).then(() => placed++));
  await Promise.all(puts.slice(0, 2));
  assert.equal(placed, 2);
  await mailbox.take();
  await puts[2];
  assert.equal(placed, 3);
  mailbox.close();
});

test('closing turns away those who wait and those who come, and keeps what is there', async () => {
  const mailbox = new Mailbox<number>(1);
  await mailbox.put(1);
  const waiting = mailbox.put(2);
  mailbox.close();
  assert.equal(await waiting, false);
  assert.equal(await mailbox.put(3), false);
  assert.equal(await mailbox.take(), 1);
});

test('what is posted finds a place beyond the capacity and after closing, behind what was there', async () => {
  const mailbox = new Mailbox<string>(1);
  await mailbox.put('event');
  mailbox.post('ending');
  mailbox.close();
  mailbox.post('another');
  assert.deepEqual(
    [await mailbox.take(), await mailbox.take(), await mailbox.take()],
    ['event', 'ending', 'another'],
  );
});
