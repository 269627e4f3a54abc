// What it takes and refuses is tested beside the scanner of WebAssembly, in event-scanner.test.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringifyEvent } from '../../../../src/protocol/event.ts';
import { ParsedEvent } from '../../../../src/protocol/parsed-event.ts';
import { PlainScanner } from '../../../../src/protocol/scanner/plain-scanner.ts';
import { A } from '../../../support/people.ts';

test('an event is read as an object', () => {
  const event = A.note('hello');
  const read = new PlainScanner().readEvents([Buffer.from(stringifyEvent(event))])[0];
  assert.ok(read instanceof ParsedEvent);
  assert.deepEqual(read.toEvent(), event);
});

test('no event is a lone surrogate, though its text is what JSON.stringify writes', () => {
  const event = A.note('hello');
  for (const odd of [
    { ...event, content: '\ud800' },
    { ...event, tags: [['t', '\udc00']] },
  ])
    assert.equal(new PlainScanner().readEvents([Buffer.from(stringifyEvent(odd))])[0], undefined);
});
