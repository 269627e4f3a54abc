// Whatever an event or a record holds: no line is wider than the terminal, and nothing in it can steer one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { eventCard } from '../../src/output/pretty/event-card.ts';
import { widthOf } from '../../src/output/pretty/measure.ts';
import { relayTable } from '../../src/output/pretty/relay-table.ts';
import { fit, recordBlock, tableHead, tableRows, wishesOf } from '../../src/output/pretty/table.ts';
import { styleFor } from '../../src/output/style.ts';
import type { Event } from '../../src/protocol/event.ts';

const style = await styleFor(false);
const STEERING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const hostile = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      '\u001b[2J',
      '\u009b',
      '\u202e',
      '\n',
      '\r',
      '\t',
      '\b',
      ' ',
      '日本',
      '👨‍👩‍👧‍👦',
      'e\u0301',
      'word',
    ),
  ),
  maxLength: 60,
});
const columns = fc.integer({ min: 16, max: 130 });

function assertSafe(lines: readonly string[], most: number): void {
  for (const line of lines) {
    assert.doesNotMatch(line, STEERING);
    assert.ok(widthOf(line) <= most, `${widthOf(line)} of ${most}: ${JSON.stringify(line)}`);
  }
}

describe('output for people', () => {
  test('cards stay within the terminal', () => {
    const event = fc.record({
      id: fc.constant('ab'.repeat(32)),
      pubkey: fc.constant('cd'.repeat(32)),
      created_at: fc.maxSafeNat(),
      kind: fc.constantFrom(0, 1, 4, 2, 30023),
      tags: fc.array(fc.array(hostile, { minLength: 1, maxLength: 3 }), { maxLength: 5 }),
      content: fc.oneof(
        hostile,
        fc.dictionary(hostile, hostile, { maxKeys: 3 }).map(value => JSON.stringify(value)),
      ),
      sig: fc.constant('ef'.repeat(64)),
    });
    fc.assert(
      fc.property(event, hostile, columns, (given, name, most) => {
        const lines = eventCard(given as Event, { columns: most, style, name, notes: [name] });
        assertSafe(lines, most);
      }),
    );
  });

  test('blocks, tables and documents of relays stay within it, too', () => {
    const record = fc.dictionary(
      hostile,
      fc.oneof(
        hostile,
        fc.integer(),
        fc.boolean(),
        fc.array(hostile, { maxLength: 3 }),
        fc.dictionary(hostile, hostile),
      ),
      { maxKeys: 4 },
    );
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 3 }), columns, (records, most) => {
        const settings = { columns: most, style, bar: 'events' };
        for (const one of records) assertSafe(recordBlock(one, settings), most);
        assertSafe(relayTable(records, settings), most);
        const layout = fit(wishesOf(records), settings);
        if (layout) assertSafe([tableHead(layout, settings), ...tableRows(records, layout, settings)], most);
      }),
    );
  });
});
