import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMMANDS } from '../../src/commands/index.ts';
import { EXIT_CODES, exitCodeOf, PARTS_OF_SOME, whenOf, worstKind } from '../../src/exit-codes.ts';
import type { FailureKind } from '../../src/failure-codes.ts';

/** Scripts depend on these numbers. */
const NUMBERS: Record<FailureKind, number> = {
  refused: 1,
  usage: 2,
  partial: 3,
  auth: 4,
  unreachable: 5,
  signer: 6,
  io: 7,
  bug: 70,
  timeout: 124,
};

/** "When several apply: 70, 2, 6, 7, 3, 4, 1, 124, 5 in this order." */
const ORDER: FailureKind[] = [
  'bug',
  'usage',
  'signer',
  'io',
  'partial',
  'auth',
  'refused',
  'timeout',
  'unreachable',
];

describe('the exit codes', () => {
  for (const [kind, code] of Object.entries(NUMBERS))
    test(`${kind} is ${code}`, () => assert.equal(exitCodeOf(kind as FailureKind), code));

  test('the table lists each once, in the order of the numbers, with a sentence', () => {
    const codes = EXIT_CODES.map(({ code }) => code);
    assert.deepEqual(codes, [0, ...Object.values(NUMBERS).sort((a, b) => a - b), 130]);
    for (const { when } of EXIT_CODES) assert.match(when, /^[a-z].*[^.]$/);
  });

  test('of a command are told without what is about others', () => {
    const [refused, partial] = [1, 3].map(code => EXIT_CODES.find(row => row.code === code)!);
    assert.equal(whenOf(refused!, 'diff'), 'relays answered, and none accepted; diff found a difference');
    assert.match(whenOf(partial!, 'profile'), /^some succeeded, but less than --require asked$/);
    const names = COMMANDS.map(({ name }) => name);
    for (const [part, commands] of PARTS_OF_SOME) {
      assert.ok(
        EXIT_CODES.some(({ when }) => when.split('; ').includes(part)),
        part,
      );
      assert.deepEqual(
        commands.filter(name => !names.includes(name)),
        [],
        part,
      );
    }
  });

  test('of several, the gravest decides, in whatever order they come', () => {
    for (const [i, worse] of ORDER.entries())
      for (const milder of ORDER.slice(i)) {
        assert.equal(worstKind([worse, milder]), worse);
        assert.equal(worstKind([milder, worse]), worse);
      }
    assert.equal(worstKind([]), undefined);
  });
});
