// The help every command prints: examples first, then flags by group, exit codes last.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMMANDS } from '../../../src/commands/index.ts';
import { commandHelp, programHelp } from '../../../src/reference/help.ts';

describe('help', () => {
  for (const entry of COMMANDS) {
    test(`nost ${entry.name} --help goes from examples to flags to exit codes`, async () => {
      const module = await entry.load();
      const text = commandHelp(entry, module, ['--help']);
      const order = ['Usage: nost ', 'Examples:', 'Common:', 'Exit codes:'].map(part => text.indexOf(part));
      assert.ok(!order.includes(-1), text);
      assert.deepEqual(
        order,
        order.toSorted((a, b) => a - b),
      );
    });

    test(`nost ${entry.name} -h is shorter, and names the whole`, async () => {
      const module = await entry.load();
      const short = commandHelp(entry, module, ['-h']);
      assert.ok(short.length < commandHelp(entry, module, ['--help']).length);
      assert.match(short, new RegExp(`nost ${entry.name} --help shows all`));
    });

    test(`every example of nost ${entry.name} runs that command`, async () => {
      const { examples } = await entry.load();
      assert.ok(examples.length > 0);
      for (const { line } of examples) assert.match(line, new RegExp(`nost ${entry.name}`));
    });
  }

  test('the list begins with the five commands of the core', () => {
    const names = [...programHelp(COMMANDS).matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name);
    assert.deepEqual(names.slice(0, 5), ['keygen', 'publish', 'req', 'decode', 'relay-info']);
  });
});
