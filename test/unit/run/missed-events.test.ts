import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Log, LogEntry } from '../../../src/output/log.ts';
import { MissedEvents } from '../../../src/run/missed-events.ts';

function world(required = 2) {
  const [warned, details]: [string[], string[]] = [[], []];
  const log = {
    warn: ({ message }: LogEntry) => warned.push(message!),
    detail: ({ message }: LogEntry) => details.push(message!),
  } as unknown as Log;
  const missed = new MissedEvents(log);
  const add = (id: string, acceptedBy: string[], isOpen = false) =>
    missed.add({ id, acceptedBy, isOpen, required });
  return { warned, details, missed, add };
}

describe('an event that too few relays accepted', () => {
  test('is named at once, with those that did', () => {
    const { warned, add } = world(3);
    add('a', ['ws://r', 'ws://s']);
    assert.deepEqual(warned, ['a: accepted by 2 of the 3 relays required: ws://r, ws://s']);
  });

  test('and none at all is left to the failure, while it is the only one', () => {
    const { warned, missed, add } = world();
    add('a', []);
    missed.end();
    assert.deepEqual(warned, []);
    assert.equal(missed.loneId, 'a');
    add('b', []);
    assert.deepEqual(warned, ['a: accepted by no relay', 'b: accepted by no relay']);
    assert.equal(missed.loneId, undefined);
  });

  test('may have been accepted where an answer never came', () => {
    const { warned, add } = world();
    add('a', [], true);
    add('b', []);
    assert.deepEqual(warned, ['a: sent, but not answered: it may be accepted', 'b: accepted by no relay']);
  });

  test('and none at all is counted where there are many', () => {
    const { warned, details, missed, add } = world();
    for (let i = 0; i < 100; i++) add(`e${i}`, []);
    missed.end();
    assert.equal(warned.length, 11);
    assert.equal(
      warned.at(-1),
      '90 more events were accepted by no relay that answered; --results names them all',
    );
    assert.equal(details.length, 90);
  });
});
