// What a relay sends and nobody reads takes bounded room; what was read takes none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Mailbox } from '../../../src/check/mailbox.ts';

const BIG = JSON.stringify(['NOTICE', 'n'.repeat(1024 * 1024)]);

/** How many of these find room. */
function fits(text: string, most: number): number {
  const mail = new Mailbox();
  for (let i = 0; i < most; i++) if (!mail.put(text)) return i;
  return most;
}

test('a few large frames fill it', () => {
  assert.ok(fits(BIG, 100) < 8);
});

test('many small frames fill it', () => {
  assert.ok(fits('[]', 1_000_000) < 40_000);
});

test('what was read leaves room', async () => {
  const mail = new Mailbox();
  for (let i = 0; i < 50; i++) {
    assert.ok(mail.put(BIG));
    if (i % 2 === 0) await mail.take('NOTICE', parts => parts, 1000);
    else assert.equal(mail.takeAll(parts => parts).length, 1);
  }
});
