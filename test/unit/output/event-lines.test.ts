import assert from 'node:assert/strict';
import test from 'node:test';
import { formatterFor } from '../../../src/output/event-lines.ts';
import { stringifyEvent } from '../../../src/protocol/event.ts';
import { readEvent } from '../../../src/protocol/scanner/event-scanner.ts';
import { A } from '../../support/people.ts';
import { allStreamed } from '../../support/streamed.ts';

const event = A.note('x');
const events = [event, A.note('y')];
const batch = { relay: 'wss://a.example/?x="1"', stored: true, events: allStreamed(events) };

const linesOf = (pieces: Buffer[]) => pieces.join('').split('\n').slice(0, -1);

test('what is bytes still and what is an object give the same lines', () => {
  const bytes = {
    ...batch,
    events: events.map(event => readEvent(Buffer.from(JSON.stringify(event)))!),
  };
  for (const format of ['jsonl', 'envelope'] as const) {
    const write = formatterFor(format, () => 0);
    assert.deepEqual(linesOf(write(bytes)), linesOf(write(batch)));
  }
});

test('no events are no bytes', () => {
  for (const format of ['jsonl', 'envelope'] as const)
    assert.equal(formatterFor(format, () => 0)({ ...batch, events: [] }).join(''), '');
});

test('jsonl is the bare event, keys in canonical order', () => {
  const lines = linesOf(formatterFor('jsonl', () => 0)(batch));
  assert.deepEqual(lines, events.map(stringifyEvent));
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
  const [line] = linesOf(formatterFor('envelope', () => 1_700_000_000_250)({ ...batch, stored: false }));
  assert.deepEqual(JSON.parse(line!), {
    relay: batch.relay,
    stored: false,
    received_at: 1_700_000_000.25,
    event,
  });
});
