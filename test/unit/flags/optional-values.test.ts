import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { list, off, on, optional, text } from '../../../src/flags/flag.ts';
import { bindOptionalValues } from '../../../src/flags/optional-values.ts';
import { verbatim } from '../../../src/flags/values.ts';

const FLAGS = [
  optional('--trace[=file]', ''),
  text('-m, --content <text>', ''),
  on('-v, --verbose', ''),
  off('--no-verify', ''),
  list('-t, --tag <name=value[;more]>', '', verbatim),
];
const bind = (line: string) => bindOptionalValues(line.split(' '), FLAGS).join(' ');

describe('a flag whose value is optional', () => {
  for (const [line, bound] of [
    ['--trace wss://a', '--trace= wss://a'],
    ['wss://a --trace', 'wss://a --trace='],
    ['--trace=t.txt wss://a', '--trace=t.txt wss://a'],
    ['-m --trace wss://a', '-m --trace wss://a'],
    ['--content --trace --trace', '--content --trace --trace='],
    ['--content=x --trace', '--content=x --trace='],
    ['-vm --trace a', '-vm --trace a'],
    ['-vmx --trace a', '-vmx --trace= a'],
    ['-v --trace --no-verify', '-v --trace= --no-verify'],
    ['-x --trace', '-x --trace='],
    ['-- --trace', '-- --trace'],
    ['- --trace -m', '- --trace= -m'],
    ['-t a=b --tag c=d', '-t a=b --tag c=d'],
  ] as const)
    test(`${line} becomes ${bound}`, () => assert.equal(bind(line), bound));
});
