import assert from 'node:assert/strict';
import test from 'node:test';
import { stringifyEvent } from '../../../../src/protocol/event.ts';
import { Deletions } from '../../../../src/server/store/deletions.ts';
import { KeptEvent } from '../../../../src/server/store/kept-event.ts';
import { MemoryTables } from '../../../../src/server/store/memory-tables.ts';
import { A, B } from '../../../support/people.ts';

function deletionsOf(...tags: string[][]): Deletions {
  const deletions = new Deletions(new MemoryTables());
  deletions.add(A.deletion(tags, 2000));
  return deletions;
}

const article = (d: string, created_at: number) => A.sign({ kind: 30023, tags: [['d', d]], created_at });

test('a request names ids and addresses; foreign addresses and tags without a value are passed over', () => {
  const note = A.note('x');
  const [mine, foreign] = [`30023:${A.publicKey}:x`, `30023:${B.publicKey}:x`];
  const tags = [['e', note.id], ['a', mine], ['a', foreign], ['a', 'nonsense'], ['e'], ['a'], ['k', '1'], []];
  assert.deepEqual(new Deletions(new MemoryTables()).add(A.deletion(tags)), [
    ['id', note.id],
    ['address', mine],
  ]);
});

test('what a request names many times is looked at once', () => {
  const [note, address] = [A.note('x'), `30023:${A.publicKey}:x`];
  const tags = [
    ['e', note.id],
    ['a', address],
    ['e', note.id],
    ['a', address],
  ];
  assert.deepEqual(new Deletions(new MemoryTables()).add(A.deletion(tags)), [
    ['id', note.id],
    ['address', address],
  ]);
});

test('an identifier may hold colons and be empty; every other identifier is left alone', () => {
  const deletions = deletionsOf(['a', `30023:${A.publicKey}:a:b`], ['a', `30024:${A.publicKey}:`]);
  assert.equal(deletions.covers(article('a:b', 1)), true);
  assert.equal(deletions.covers(article('a', 1)), false);
  assert.equal(deletions.covers(A.sign({ kind: 30024, created_at: 1 })), true);
});

test('a plain replaceable kind is one address, whatever stands behind the last colon', () => {
  for (const rest of ['', 'x']) {
    const deletions = deletionsOf(['a', `10002:${A.publicKey}:${rest}`]);
    assert.equal(deletions.covers(A.sign({ kind: 10002, created_at: 2000 })), true);
    assert.equal(deletions.covers(A.sign({ kind: 10002, created_at: 2001 })), false);
  }
});

test('a later request by address reaches further, an earlier one does not reach back', () => {
  const address = `30023:${A.publicKey}:x`;
  const deletions = deletionsOf(['a', address]);
  deletions.add(A.deletion([['a', address]], 1000));
  assert.equal(deletions.covers(article('x', 2000)), true);
  deletions.add(A.deletion([['a', address]], 3000));
  assert.equal(deletions.covers(article('x', 3000)), true);
});

test('an id is deleted by its author, also when others have asked before', () => {
  const note = A.note('x');
  const deletions = new Deletions(new MemoryTables());
  deletions.add(B.deletion([['e', note.id]]));
  assert.equal(deletions.covers(note), false);
  deletions.add(A.deletion([['e', note.id]]));
  assert.equal(deletions.covers(note), true);
});

test('the head of an event tells what its author asks for, however long it is', () => {
  const note = A.note('x', 1000);
  const head = new KeptEvent(stringifyEvent(note)).head;
  const { id, pubkey, created_at, kind } = note;
  assert.deepEqual(head, { id, pubkey, created_at, kind });
  assert.equal(deletionsOf(['e', id]).coversHead(head), true);
  assert.equal(deletionsOf(['e', '00']).coversHead(head), false);
  const vanished = deletionsOf();
  vanished.addVanish({ pubkey, created_at: 1000 });
  assert.equal(vanished.coversHead(head), true);
  const wrap = B.sign({ kind: 1059, tags: [['p', A.publicKey]] });
  assert.equal(deletionsOf(['e', wrap.id]).coversHead(wrap), false); // its tags have to be read
  assert.equal(deletionsOf(['e', wrap.id]).covers(wrap), true);
});
