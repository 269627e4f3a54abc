import assert from 'node:assert/strict';
import test from 'node:test';
import { SharedMemory } from '../../../src/server/shared-memory.ts';

test('who holds the most is dropped when it is full, and the others are not', () => {
  const memory = new SharedMemory(100);
  const dropped: string[] = [];
  const [a, b, c] = ['a', 'b', 'c'].map(name => memory.open(() => dropped.push(name)));
  a!.add(40);
  b!.add(45);
  assert.deepEqual([memory.total, memory.isCrowded, dropped], [85, true, []]);
  c!.add(20);
  assert.deepEqual([memory.total, dropped], [60, ['b']]);
  b!.add(1000); // what is dropped counts no more
  a!.close();
  assert.deepEqual([memory.total, memory.isCrowded, dropped], [20, false, ['b']]);
});

test('whoever wants to put more in waits until it is half empty', async () => {
  const memory = new SharedMemory(100);
  const share = memory.open(() => assert.fail('dropped'));
  share.add(60);
  let has = false;
  const room = memory.room().then(() => {
    has = true;
  });
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(has, false);
  share.add(-10);
  await room;
});

test('who lets nothing go is dropped after a while, and who holds little is not', async () => {
  const memory = new SharedMemory(1000, 20);
  const dropped: string[] = [];
  const [stuck, alive, small] = ['stuck', 'alive', 'small'].map(name =>
    memory.open(() => dropped.push(name)),
  );
  const timer = setInterval(() => alive!.add(-1), 1);
  small!.add(10);
  alive!.add(300);
  stuck!.add(300);
  await memory.room();
  clearInterval(timer);
  assert.deepEqual(dropped, ['stuck']);
});

test('who waits for the relay is dropped only when it is full, and who holds little is not dropped in its place', async () => {
  const memory = new SharedMemory(1000, 5);
  const dropped: string[] = [];
  const [waiting, stuck, small] = ['waiting', 'stuck', 'small'].map(name =>
    memory.open(() => dropped.push(name)),
  );
  waiting!.wait(true);
  waiting!.add(600);
  small!.add(10);
  stuck!.add(300);
  while (dropped.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
  assert.deepEqual([dropped, memory.total], [['stuck'], 610], 'though it is crowded still');
  small!.close();
  const another = memory.open(() => dropped.push('another'));
  another.add(300); // more than half is held again, and the time begins anew
  while (dropped.length === 1) await new Promise(resolve => setTimeout(resolve, 5));
  assert.deepEqual(dropped, ['stuck', 'another']);
  waiting!.wait(false);
  while (dropped.length === 2) await new Promise(resolve => setTimeout(resolve, 5));
  assert.deepEqual([dropped, memory.total], [['stuck', 'another', 'waiting'], 0]);
  const full = memory.open(() => dropped.push('full'));
  full.wait(true);
  full.add(1001);
  assert.equal(dropped.at(-1), 'full');
});

test('the part of each is smaller when they are many', () => {
  const memory = new SharedMemory(100);
  const shares = [1, 2, 3, 4, 5].map(() => memory.open(() => {}));
  assert.equal(memory.fairPart, 10);
  shares[0]!.close();
  assert.equal(memory.fairPart, 12.5);
});
