import assert from 'node:assert/strict';
import test from 'node:test';
import { formatterFor } from '../../../src/output/event-lines.ts';
import { stringifyEvent } from '../../../src/protocol/event.ts';
import { A } from '../../support/people.ts';

const event = A.note('x');
const batch = { relay: 'wss://a.example/?x="1"', stored: true, events: [event, A.note('y')] };

test('jsonl is the bare event, keys in canonical order', () => {
  const lines = formatterFor('jsonl', () => 0)(batch);
  assert.deepEqual(lines, batch.events.map(stringifyEvent));
  assert.deepEqual(Object.keys(JSON.parse(lines[0]!)), [
    'id',
    'pubkey',
    'created_at',
    'kind',
    'tags',
    'content',
    'sig',
  ]);
});

test('an envelope tells relay, time and whether it was stored', () => {
  const [line] = formatterFor('envelope', () => 1_700_000_000_250)({ ...batch, stored: false });
  assert.deepEqual(JSON.parse(line!), {
    relay: batch.relay,
    stored: false,
    received_at: 1_700_000_000.25,
    event,
  });
});
