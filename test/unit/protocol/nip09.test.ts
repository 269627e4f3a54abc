import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EventDeletion } from 'nostr-tools/kinds';
import {
  DELETION_KIND,
  type DeletionTarget,
  deletersOf,
  deletionBatches,
  deletionTags,
  isDeletable,
  isDeletedBy,
  namedBy,
} from '../../../src/protocol/nip09.ts';
import { A, B, T0 } from '../../support/people.ts';

const article = (d: string, created_at = T0) => A.sign({ kind: 30023, tags: [['d', d]], created_at });
const addressOf = (d: string) => `30023:${A.publicKey}:${d}`;

test('the kind is that of other libraries', () => {
  assert.equal(DELETION_KIND, EventDeletion);
});

describe('a request', () => {
  test('covers what it names by id, whenever that was made', () => {
    const [note, late] = [A.note('x'), A.note('x', T0 + 99)];
    const request = A.deletion([
      ['e', note.id],
      ['e', late.id],
    ]);
    assert.deepEqual([isDeletedBy(note, request), isDeletedBy(late, request)], [true, true]);
    assert.equal(isDeletedBy(A.note('y'), request), false);
  });

  test('covers all versions of an address up to its own time', () => {
    const request = A.deletion([['a', addressOf('x:y')]], T0 + 10);
    const covered = [0, 10, 11].map(at => isDeletedBy(article('x:y', T0 + at), request));
    assert.deepEqual(covered, [true, true, false]);
    assert.equal(isDeletedBy(article('x'), request), false);
  });

  test('covers no event of others, and none that is a request itself', () => {
    const note = A.note('x');
    assert.equal(isDeletedBy(note, B.deletion([['e', note.id]])), false);
    assert.equal(isDeletedBy(article('x'), B.deletion([['a', addressOf('x')]])), false);
    const [earlier, vanish] = [A.deletion([['e', note.id]]), A.sign({ kind: 62 })];
    for (const event of [earlier, vanish])
      assert.equal(isDeletedBy(event, A.deletion([['e', event.id]])), false);
    assert.deepEqual([5, 62, 1, 1059].map(isDeletable), [false, false, true, true]);
  });

  test('covers a gift wrap for its reader, and for nobody who is only named', () => {
    const wrap = B.sign({ kind: 1059, tags: [['p', A.publicKey], ['p']] });
    assert.deepEqual(deletersOf(wrap), [B.publicKey, A.publicKey]);
    assert.equal(isDeletedBy(wrap, A.deletion([['e', wrap.id]])), true);
    const note = B.note('for A', T0, [['p', A.publicKey]]);
    assert.equal(isDeletedBy(note, A.deletion([['e', note.id]])), false);
  });
});

describe('many targets', () => {
  const targets = Array.from({ length: 1200 }, (_, i): DeletionTarget => ({ ids: [`${i}`], kind: i % 3 }));

  test('are as few requests as may be, in their order', () => {
    const batches = deletionBatches(targets, { most: 500, bytes: 100_000 });
    assert.deepEqual(
      batches.map(({ length }) => length),
      [500, 500, 200],
    );
    assert.deepEqual(batches.flat(), targets);
  });

  test('are cut where the tags would be too long', () => {
    const long = [1, 2, 3].map(i => ({ ids: [], address: addressOf('ü'.repeat(400) + i), kind: 30023 }));
    const batches = deletionBatches(long, { most: 500, bytes: 2000 });
    assert.deepEqual(
      batches.map(({ length }) => length),
      [2, 1],
    );
    for (const batch of batches) assert.ok(JSON.stringify(deletionTags(batch)).length < 2000);
  });

  test('are named once each, and what the tags name is what was meant', () => {
    const note = A.note('x');
    const tags = deletionTags([
      { ids: [note.id], kind: 1 },
      { ids: [note.id], address: addressOf(''), kind: 30023 },
      { ids: [], address: addressOf('') },
    ]);
    assert.deepEqual(tags, [
      ['e', note.id],
      ['a', addressOf('')],
      ['k', '1'],
      ['k', '30023'],
    ]);
    assert.deepEqual(namedBy(A.deletion(tags)), [
      ['id', note.id],
      ['address', addressOf('')],
    ]);
  });
});
