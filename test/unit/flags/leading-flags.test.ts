// How far the flags before a command go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leadingFlags } from '../../../src/flags/leading-flags.ts';

for (const [line, count] of [
  ['req -q', 0],
  ['-q req', 1],
  ['-qv --verbose req -k 1', 2],
  ['--log-format json --color=never req', 3],
  ['-h', 1],
  ['--help req', 1],
  ['--color', 1],
  ['--bogus -q req', 0],
  ['-q -k 1 req', 1],
  ['--version', 0],
  ['-', 0],
] as const)
  test(`${line}: ${count} words stand before the command`, () => {
    assert.equal(leadingFlags(line.split(' ')), count);
  });
