// What a target has of an overflow.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { StreamEvent } from '../../../../src/protocol/stream-event.ts';
import { type Overflow, Overflowed } from '../../../../src/sync/mirror/overflow.ts';
import { A } from '../../../support/people.ts';
import { streamed } from '../../../support/streamed.ts';

const EVENTS = ['a', 'b', 'c'].map(content => streamed(A.note(content)));

/** Holds events in memory; `isBusy`: it gives none, though there are. */
class Held implements Overflow {
  readonly events: StreamEvent[] = [];
  isBusy = false;
  most = 2;
  size = 0;

  get hasMore(): boolean {
    return this.events.length > 0;
  }

  push(event: StreamEvent): boolean {
    if (this.events.length === this.most) return false;
    this.size = this.events.push(event);
    return true;
  }

  drain(most: number): StreamEvent[] {
    return this.isBusy ? [] : this.events.splice(0, most);
  }

  done(): void {
    throw new Error('EIO');
  }
}

test('it knows the events that wait, and no others', () => {
  const overflowed = new Overflowed(new Held(), { onMore: () => {}, onFault: () => assert.fail() });
  assert.deepEqual(
    EVENTS.map(event => overflowed.push(event)),
    [true, true, false],
  );
  assert.deepEqual(
    EVENTS.map(event => overflowed.has(event)),
    [true, true, false],
  );
  assert.equal(overflowed.drain(9).length, 2);
  assert.equal(overflowed.has(EVENTS[0]!), false);
});

test('where it gives none though there are more, it is asked again', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const held = new Held();
  let told = 0;
  const overflowed = new Overflowed(held, { onMore: () => told++, onFault: () => assert.fail() });
  overflowed.push(EVENTS[0]!);
  held.isBusy = true;
  overflowed.drain(9);
  overflowed.drain(9);
  t.mock.timers.tick(50);
  assert.equal(told, 1);
  overflowed.drain(9);
  overflowed.close();
  t.mock.timers.tick(50);
  assert.equal(told, 1);
});

test('a fault of the disk is told, and without an overflow there is nothing', () => {
  const faults: unknown[] = [];
  new Overflowed(new Held(), { onMore: () => {}, onFault: error => faults.push(error) }).done('x');
  assert.match(String(faults), /EIO/);
  const none = new Overflowed(undefined, { onMore: () => assert.fail(), onFault: () => assert.fail() });
  none.done('x');
  assert.deepEqual(
    [none.push(EVENTS[0]!), none.size, none.hasMore, none.has(EVENTS[0]!), none.drain(1)],
    [false, 0, false, false, []],
  );
});
