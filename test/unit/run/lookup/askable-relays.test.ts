import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LogEntry } from '../../../../src/output/log.ts';
import { AskableRelays } from '../../../../src/run/lookup/askable-relays.ts';

const PRIVATE = ['ws://10.0.0.1', 'ws://localhost:7447', 'wss://nas.local'];
const PUBLIC = 'wss://relay.example';

function told(askable: AskableRelays): LogEntry[] {
  const entries: LogEntry[] = [];
  askable.tell(entry => entries.push(entry));
  return entries;
}

describe('the relays of a list that may be asked', () => {
  test('are those at public addresses; which are left out is told once', () => {
    const askable = new AskableRelays({ flags: {}, named: new Set() });
    assert.deepEqual(askable.of([...PRIVATE, PUBLIC]), [PUBLIC]);
    assert.deepEqual(askable.of([PRIVATE[0]!, PUBLIC]), [PUBLIC]);
    const [entry, ...more] = told(askable);
    assert.deepEqual([entry?.['relays'], more], [PRIVATE, []]);
    assert.match(entry!.message!, /: ws:\/\/10\.0\.0\.1 ws:\/\/localhost:7447 wss:\/\/nas\.local$/);
  });

  test('are all where none is at a public address: each of them is refused then', () => {
    const askable = new AskableRelays({ flags: {}, named: new Set() });
    assert.deepEqual([askable.of(PRIVATE), askable.of([])], [PRIVATE, []]);
    assert.deepEqual(told(askable), []);
  });

  test('are those, too, that the user named or allowed', () => {
    const named = new AskableRelays({ flags: {}, named: new Set([PRIVATE[1]!]) });
    assert.deepEqual(named.of([...PRIVATE, PUBLIC]), [PRIVATE[1], PUBLIC]);
    const allowed = new AskableRelays({ flags: { allowPrivate: true }, named: new Set() });
    assert.deepEqual(allowed.of([...PRIVATE, PUBLIC]), [...PRIVATE, PUBLIC]);
    assert.deepEqual(told(allowed), []);
  });

  test('are named up to five, the rest is counted', () => {
    const askable = new AskableRelays({ flags: {}, named: new Set() });
    askable.of([PUBLIC, ...Array.from({ length: 9 }, (_, i) => `ws://10.0.0.${i}`)]);
    assert.match(told(askable)[0]!.message!, /ws:\/\/10\.0\.0\.4 and 4 more$/);
  });
});
