import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringifyEvent } from '../../../../src/protocol/event.ts';
import { readEvent } from '../../../../src/protocol/scanner/event-scanner.ts';
import { OutgoingEvent } from '../../../../src/relay/publish/outgoing-event.ts';
import { makeEvent } from '../../../support/made-up-events.ts';
import { streamed } from '../../../support/streamed.ts';

test('an event goes out as the same frame, whichever form it came in', () => {
  const event = { ...makeEvent(1), content: 'né "😀"\n\u0007' };
  for (const form of [streamed(event), readEvent(Buffer.from(JSON.stringify(event)))!]) {
    const outgoing = new OutgoingEvent(form, 3, 1);
    assert.equal(outgoing.id, event.id);
    assert.equal(outgoing.frame.toString(), `["EVENT",${stringifyEvent(event)}]`);
    assert.equal(outgoing.line.toString(), stringifyEvent(event));
    assert.equal(outgoing.pending, 3);
  }
});
