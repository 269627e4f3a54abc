import assert from 'node:assert/strict';
import test from 'node:test';
import { sow } from '../../../src/server/seed.ts';
import { memoryStore } from '../../../src/server/store/table-store.ts';
import { noble } from '../../support/noble.ts';
import { A, B, T0, withBrokenSignature } from '../../support/people.ts';
import { held } from '../../support/stores.ts';

test('a seed is verified; what a relay would not keep is skipped, what is protected is kept', async () => {
  const store = memoryStore();
  const seed = [
    A.note('kept'),
    A.note('kept'), // again
    A.note('protected', T0, [['-']]),
    B.sign({ kind: 20001 }), // ephemeral
    B.note('expired', 1, [['expiration', '2']]),
    withBrokenSignature(B.note('forged')),
  ];
  const result = await sow(seed, { store, verifier: noble, now: () => T0 * 1000 });
  assert.deepEqual(result, { stored: 2, skipped: 3, invalid: 1 });
  assert.deepEqual(
    held(store)
      .map(event => event.content)
      .sort(),
    ['kept', 'protected'],
  );
});

test('a seed may come piece by piece, longer than a batch', async () => {
  async function* pieces() {
    for (let i = 0; i < noble.batchSize + 1; i++) yield A.note(`${i}`);
  }
  const result = await sow(pieces(), { store: memoryStore(), verifier: noble, now: () => 0 });
  assert.equal(result.stored, noble.batchSize + 1);
});
