// Each required case of NIP-01 fails for a relay that is broken in just that way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutationsOf, REQUIRED, testMutations } from '../../support/mutation-tests.ts';
import { MUTATIONS } from '../../support/relay-mutations/all.ts';

test('every required case has a mutation', () => {
  const mutated = new Set(MUTATIONS.map(mutation => mutation.of));
  assert.deepEqual(
    REQUIRED.map(({ name }) => name).filter(name => !mutated.has(name)),
    [],
  );
});

test('every mutation is of a required case', () => {
  const required = new Set(REQUIRED.map(({ name }) => name));
  assert.deepEqual(
    MUTATIONS.map(mutation => mutation.of).filter(name => !required.has(name)),
    [],
  );
});

testMutations(mutationsOf(true, MUTATIONS));
