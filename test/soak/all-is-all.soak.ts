// 200,000 naive relays with caps nobody knows, paged through by `--all`: never called complete when something is missing.
import { test } from 'node:test';
import fc from 'fast-check';
import { completeWhereShown, neverFalselyComplete } from '../support/naive-relay.ts';

const SEED = 20261128;

test('200,000 relays are never called complete when something is missing', () =>
  fc.assert(neverFalselyComplete, { seed: SEED, numRuns: 200_000 }));

test('20,000 relays without a dense second are called complete', () =>
  fc.assert(completeWhereShown, { seed: SEED, numRuns: 20_000 }));
