import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type ColorChoice,
  type ColorEnvironment,
  styleFor,
  wantsColor,
  wantsColoredData,
} from '../../../src/output/style.ts';

describe('colours', () => {
  const table: [ColorChoice, ColorEnvironment, isTerminal: boolean, wanted: boolean][] = [
    ['auto', {}, true, true],
    ['auto', {}, false, false],
    ['auto', { TERM: 'dumb' }, true, false],
    ['auto', { TERM: 'xterm' }, true, true],
    ['auto', { NO_COLOR: '1' }, true, false],
    ['auto', { NO_COLOR: '' }, true, true],
    ['auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['auto', { FORCE_COLOR: '1' }, false, true],
    ['auto', { FORCE_COLOR: '' }, false, true],
    ['auto', { FORCE_COLOR: '0' }, true, false],
    ['auto', { FORCE_COLOR: 'false' }, true, false],
    ['always', { NO_COLOR: '1', TERM: 'dumb' }, false, true],
    ['never', { FORCE_COLOR: '1' }, true, false],
  ];
  for (const [choice, env, isTerminal, wanted] of table)
    test(`${choice}, ${JSON.stringify(env)}, ${isTerminal ? 'a terminal' : 'a pipe'}: ${wanted}`, () =>
      assert.equal(wantsColor(choice, env, isTerminal), wanted));

  test('of data in a pipe are asked for by the flag alone: the reader is a program', () => {
    assert.equal(wantsColoredData('auto', { FORCE_COLOR: '1' }, false), false);
    assert.equal(wantsColoredData('always', { NO_COLOR: '1' }, false), true);
    assert.equal(wantsColoredData('auto', { FORCE_COLOR: '1', TERM: 'dumb' }, true), true);
    assert.equal(wantsColoredData('auto', { TERM: 'dumb' }, true), false);
    assert.equal(wantsColoredData('auto', { NO_COLOR: '1' }, true), false);
  });

  test('are there when wanted, and only then', async () => {
    const [plain, colored] = [await styleFor(false), await styleFor(true)];
    for (const name of ['error', 'hint', 'strong', 'dim', 'accent'] as const) {
      assert.equal(plain[name]('x'), 'x');
      assert.match(colored[name]('x'), /^\u001b\[\d+mx\u001b\[\d+m$/);
    }
  });
});
