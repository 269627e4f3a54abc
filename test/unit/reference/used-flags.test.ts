import assert from 'node:assert/strict';
import test from 'node:test';
import { COMMANDS } from '../../../src/commands/index.ts';
import { usedFlags } from '../../../src/reference/used-flags.ts';

test('the flags of a command line are named, and no value, even one that begins with dashes', async () => {
  const definitions = await Promise.all(COMMANDS.map(({ load }) => load()));
  const line = [
    'publish',
    '-m',
    '--my-private-words',
    '--tag=t=x',
    '-kprivate',
    '-H',
    '--x: y',
    '--retry',
    '3',
    'wss://a.b',
  ];
  assert.deepEqual(usedFlags(line, definitions), ['-m', '--tag', '-k', '-H', '--retry']);
});
