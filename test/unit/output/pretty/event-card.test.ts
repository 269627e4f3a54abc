import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventCard } from '../../../../src/output/pretty/event-card.ts';
import { styleFor } from '../../../../src/output/style.ts';
import type { Event, Tag } from '../../../../src/protocol/event.ts';

const style = await styleFor(false);
const ID = 'ab'.repeat(32);

function card(
  content: string,
  { kind = 1, tags = [] as Tag[], columns = 40, created_at = 1_700_000_000 } = {},
) {
  const event: Event = { id: ID, pubkey: ID, created_at, kind, tags, content, sig: ID + ID };
  return eventCard(event, { columns, style, name: 'alice' });
}

describe('the card of an event', () => {
  test('has time, author and kind, the content, its tags and its id', () => {
    assert.deepEqual(card('hello\nworld', { tags: [['t', 'a b'], ['e', ID], ['-']], columns: 80 }), [
      '2023-11-14 22:13:20 UTC  alice  note',
      '  hello',
      '  world',
      '  t=a b  e=abababab…  -',
      `  ${ID}`,
      '',
    ]);
  });

  test('flows where the terminal is narrow', () => {
    assert.deepEqual(card('日本語日本語', { kind: 30023, columns: 12 }).slice(0, 6), [
      '2023-11-14 …',
      'alice',
      'article',
      '  日本語日本',
      '  語',
      '  ababababab',
    ]);
  });

  test('shows what could steer the terminal, and cannot pass for another card', () => {
    const lines = card('a\u001b[2J\u202eb\r2023-11-14 22:13:20 UTC  bob  note\n2023-11-14 x\tb', {
      columns: 100,
    });
    assert.deepEqual(lines.slice(1, 3), [
      '  a\\u001b[2J\\u202eb\\r2023-11-14 22:13:20 UTC  bob  note',
      '  2023-11-14 x    b',
    ]);
  });

  test('keeps one blank line of many, and counts what is too long', () => {
    assert.deepEqual(card('a\n\n\n\n\nb\n\n').slice(1, 4), ['  a', '', '  b']);
    assert.ok(card('x\n'.repeat(600)).includes('  … 100 more lines'));
    assert.ok(card('x'.repeat(20_001), { columns: 2000 }).includes('  … 1 more characters'));
    assert.ok(card('', { tags: Array.from({ length: 1000 }, () => ['t', 'x']) }).includes('  … 1000 tags'));
  });

  test('says of a profile its fields, of an article its title, of a secret its length', () => {
    assert.deepEqual(card('{"name":"Bob","lud16":"b@x"}', { kind: 0 }).slice(1, 3), [
      '  name   Bob',
      '  lud16  b@x',
    ]);
    assert.deepEqual(card('no json', { kind: 0 }).slice(1, 2), ['  no json']);
    assert.deepEqual(card('text', { kind: 30023, tags: [['title', 'A title']] }).slice(1, 4), [
      '  A title',
      '  text',
      `  ${ID.slice(0, 38)}`,
    ]);
    assert.deepEqual(card('c2VjcmV0', { kind: 1059, columns: 80 }).slice(1, 2), [
      '  encrypted, 8 characters',
    ]);
  });

  test('knows kinds without a name, and times beyond all dates', () => {
    assert.equal(card('', { kind: 2, created_at: 2 ** 53 - 1 })[0], '9007199254740991  alice  kind 2');
  });
});
