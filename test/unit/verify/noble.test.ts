import assert from 'node:assert/strict';
import test from 'node:test';
import { noble } from '../../support/noble.ts';
import { A, B, withBrokenSignature } from '../../support/people.ts';
import { allStreamed } from '../../support/streamed.ts';

test('one verdict for each event, in order: the first check that failed', () => {
  const good = A.note('x');
  const events = [
    good,
    { ...good, content: 'y' },
    withBrokenSignature(good),
    { ...good, sig: B.note('x').sig },
    good,
  ];
  assert.deepEqual(noble.verify(allStreamed(events)), ['valid', 'id', 'signature', 'signature', 'valid']);
});

test('a wrong id is told before a wrong signature; a key that is no point is a wrong signature', async () => {
  const good = A.note('x');
  const { eventId } = await import('../../../src/protocol/event.ts');
  const offCurve = { ...good, pubkey: 'ff'.repeat(32) };
  offCurve.id = eventId(offCurve);
  assert.deepEqual(noble.verify(allStreamed([{ ...withBrokenSignature(good), content: 'y' }, offCurve])), [
    'id',
    'signature',
  ]);
});

test('nothing is nothing', () => assert.deepEqual(noble.verify([]), []));
