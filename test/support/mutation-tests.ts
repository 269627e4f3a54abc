// The proof of conformance cases: for each required case a relay that is broken in just that way. The case must fail;
// every other case that fails with it is named as its consequence.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CASES } from '../../src/check/cases/all.ts';
import { check, failing } from './checked.ts';
import { startMutant } from './mutant-relay.ts';
import type { CaseMutation } from './relay-mutations/mutation.ts';

export const REQUIRED = CASES.filter(({ level }) => level === 'required');

/** Each mutation as a test; some wait for an answer that never comes, so a few run at a time. */
export function testMutations(mutations: readonly CaseMutation[]): void {
  describe('a broken relay', { concurrency: 3 }, () => {
    for (const { of: name, because, mutation, also = [] } of mutations) {
      test(`that ${because} fails the case ${name}`, async t => {
        const mutant = await startMutant(mutation);
        t.after(() => mutant.close());
        const failed = failing(await check(mutant.url, { cases: REQUIRED }));
        assert.deepEqual(failed.sort(), [name, ...also].sort());
      });
    }
  });
}

/** The mutations of the cases of NIP-01, or of the others. */
export function mutationsOf(isNip01: boolean, mutations: readonly CaseMutation[]): CaseMutation[] {
  const names = new Set(REQUIRED.filter(({ nip }) => (nip === 1) === isNip01).map(({ name }) => name));
  return mutations.filter(mutation => names.has(mutation.of));
}
