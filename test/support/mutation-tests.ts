// The proof of conformance cases: for each required case a relay that is broken in just that way. The case must fail;
// every other case that fails with it is named as its consequence.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CASES } from '../../src/check/cases/all.ts';
import { check, failing as failed } from './checked.ts';
import { startMutant } from './mutant-relay.ts';
import type { CaseMutation } from './relay-mutations/mutation.ts';

export const REQUIRED = CASES.filter(({ level }) => level === 'required');

/** Of the cases that are not to fail, every so many is tried with each mutation; the soak tries them all. */
const SHARE = 10;

/** Each mutation as a test; some wait for an answer that never comes, so some run at a time. */
export function testMutations(mutations: readonly CaseMutation[], share = SHARE): void {
  describe('a broken relay', { concurrency: 6 }, () => {
    for (const [turn, { of: name, because, mutation, also = [] }] of mutations.entries()) {
      test(`that ${because} fails the case ${name}`, async t => {
        const mutant = await startMutant(mutation);
        t.after(() => mutant.close());
        const failing = new Set([name, ...also]);
        const cases = REQUIRED.filter(
          (tried, i) => tried.isBasic || failing.has(tried.name) || i % share === turn % share,
        );
        assert.deepEqual(failed(await check(mutant.url, { cases })).sort(), [...failing].sort());
      });
    }
  });
}

/** The mutations of the cases of NIP-01, or of the others. */
export function mutationsOf(isNip01: boolean, mutations: readonly CaseMutation[]): CaseMutation[] {
  const names = new Set(REQUIRED.filter(({ nip }) => (nip === 1) === isNip01).map(({ name }) => name));
  return mutations.filter(mutation => names.has(mutation.of));
}
