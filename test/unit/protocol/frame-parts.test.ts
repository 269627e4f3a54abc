import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clientSubId,
  exactly,
  InvalidMessage,
  optionalText,
  parseFrame,
  stringAt,
} from '../../../src/protocol/frame-parts.ts';

test('a frame is a JSON array that begins with a verb', () => {
  assert.deepEqual(parseFrame('["X",1]'), ['X', 1]);
  for (const text of ['', '{}', '[]', '[1]', 'x']) assert.throws(() => parseFrame(text), InvalidMessage);
});

test('its parts are checked by their place', () => {
  const frame = parseFrame('["X","a",7]');
  assert.equal(stringAt(frame, 1), 'a');
  assert.equal(optionalText(frame, 2), '');
  assert.throws(() => stringAt(frame, 2), /X must hold a string at position 2, not 7/);
  assert.throws(() => exactly(frame, 2), /X must have 2 elements, not 3/);
});

test('a subscription id that is too long is told with its verb', () => {
  assert.equal(clientSubId(['X', '😀'.repeat(64)]), '😀'.repeat(64));
  const long = 'a'.repeat(65);
  assert.throws(
    () => clientSubId(['X', long]),
    (error: InvalidMessage) => error.subId === long && error.verb === 'X',
  );
});
