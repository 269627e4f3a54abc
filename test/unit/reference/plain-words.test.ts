// Help is read by engineers in a hurry whose first language is not English. What made them stumble once is listed here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import { COMMANDS } from '../../../src/commands/index.ts';
import { commandHelp, familyHelp, programHelp } from '../../../src/reference/help.ts';
import { TOPICS } from '../../../src/reference/topics/topics.ts';

const README = resolve(import.meta.dirname, '../../../README.md');

/** Odd, old or wordy: the plain word stands behind. */
const STUMBLING: readonly [phrase: RegExp, instead: string][] = [
  [/so often/i, 'n times'],
  [/that may pass/i, 'transient'],
  [/how the keychain does/i, 'test the OS keychain'],
  [/when nothing else is said/i, 'by default'],
  [/unless (?:one|you) insists?/i, 'by default'],
  [/say of themselves/i, 'information document'],
  [/of (?:one's|your) own making/i, 'own'],
  [/\bwords? (?:it|them|what went)/i, 'message'],
  [/\bbe it that\b/i, 'even if'],
  [/for the throwaway|throw-away/i, 'temporary'],
  [/likewise/i, 'the same'],
  [/\bwhat it takes\b/i, 'its flags'],
  [/\bas it stands\b/i, 'unchanged'],
  [/the like\b/i, 'and similar'],
  [/\bhereby|thereof|whereof|herein\b/i, 'plain words'],
  [/in vain/i, 'without success'],
  [/so long from now/i, 'after this time'],
  [/keeps? account/i, 'records'],
  [/\bput into words\b/i, 'write'],
  [/\bpatience\b/i, 'timeout'],
];

const found = (text: string) =>
  STUMBLING.filter(([phrase]) => phrase.test(text)).map(([phrase]) => String(phrase));

describe('plain words', () => {
  test('in the help of the program and of families', () => {
    assert.deepEqual(found(programHelp(COMMANDS)), []);
    const keys = COMMANDS.filter(({ name }) => name.startsWith('key '));
    assert.deepEqual(found(familyHelp('key', keys)), []);
  });

  for (const entry of COMMANDS)
    test(`in nost help ${entry.name}`, async () => {
      assert.deepEqual(found(commandHelp(entry, await entry.load(), ['--help'])), []);
    });

  for (const { name, load } of TOPICS)
    test(`in nost help ${name}`, async () => {
      assert.deepEqual(found(await load()), []);
    });

  test('in README', () => {
    assert.deepEqual(found(readFileSync(README, 'utf8')), []);
  });

  test('the list finds what it should', () => {
    assert.deepEqual(found('try again so often after a failure that may pass').length, 2);
  });
});
