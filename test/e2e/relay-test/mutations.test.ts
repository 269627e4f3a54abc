// The proof of the conformance cases: for each required case a relay that is broken in just that way. The case must
// fail; every other case that fails with it is named as its consequence.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CASES } from '../../../src/check/cases/all.ts';
import { check, failing } from '../../support/checked.ts';
import { startMutant } from '../../support/mutant-relay.ts';
import { MUTATIONS } from '../../support/relay-mutations/all.ts';

const REQUIRED = CASES.filter(({ level }) => level === 'required');

for (const { of: name, because, mutation, also = [] } of MUTATIONS) {
  test(`a relay that ${because} fails the case ${name}`, async t => {
    const mutant = await startMutant(mutation);
    t.after(() => mutant.close());
    const failed = failing(await check(mutant.url, { cases: REQUIRED }));
    assert.deepEqual(failed.sort(), [name, ...also].sort());
  });
}

test('every required case has a mutation', () => {
  const mutated = new Set(MUTATIONS.map(mutation => mutation.of));
  assert.deepEqual(
    REQUIRED.map(({ name }) => name).filter(name => !mutated.has(name)),
    [],
  );
});
