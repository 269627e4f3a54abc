// What is said of a claim that is not true: the name stands there once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Context } from '../../../../src/context.ts';
import { mustBeTrue } from '../../../../src/run/people/profile-run.ts';

test('the reason of a claim does not repeat the name, quoted or not', () => {
  const context = {} as Context; // there are claims, so nothing is logged
  for (const [reason, told] of [
    ['"bob": names no domain', 'nip05 "bob": names no domain'],
    ['bob: host not found', 'nip05 "bob": host not found'],
    ['it belongs to bob', 'nip05 "bob": it belongs to bob'],
  ] as const)
    assert.throws(
      () =>
        mustBeTrue({ claims: { nip05: { value: 'bob', ok: false, reason } }, faults: ['refused'] }, context),
      { message: told },
    );
});
