// The help every command prints: examples first, then flags by group, exit codes last.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMMANDS } from '../../../src/commands/index.ts';
import { commandHelp, programHelp, shortProgramHelp } from '../../../src/reference/help.ts';
import { rowsOf } from '../../../src/reference/page-layout.ts';

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

    test(`nost ${entry.name} -h fits a terminal: examples, at most ten flags, and where the whole is`, async () => {
      const module = await entry.load();
      const short = commandHelp(entry, module, ['-h']);
      assert.ok(rowsOf(short.trimEnd(), 80) <= 24, short);
      assert.match(short, /^Examples:\n {2}# /m);
      const own = Object.keys(module.flags).filter(name => module.flags[name]!.group !== 'Network');
      const listed = short.match(/^ {2}--?\w/gm) ?? [];
      assert.equal(listed.length, Math.min(10, module.often?.length ?? own.length));
      assert.ok(listed.length >= Math.min(7, own.length), 'few flags are left out for examples');
      assert.ok(short.endsWith(`\n\nmore: nost ${entry.name} --help\n`));
    });

    test(`every example of nost ${entry.name} runs that command`, async () => {
      const { examples } = await entry.load();
      assert.ok(examples.length > 0);
      for (const { line } of examples) assert.match(line, new RegExp(`nost ${entry.name}`));
    });
  }

  test('-h of what is both read and changed shows how each is done', async () => {
    for (const [name, change] of [
      ['profile', /^ {2}nost profile --set /m],
      ['outbox', /^ {2}nost outbox --set-write /m],
      ['list', /^ {2}nost list \w+ add /m],
    ] as const) {
      const entry = COMMANDS.find(each => each.name === name)!;
      const short = commandHelp(entry, await entry.load(), ['-h']);
      assert.match(short, change);
      assert.match(short, / \| jq /);
    }
  });

  test('the flags of -h that people use most come first', async () => {
    const req = COMMANDS.find(({ name }) => name === 'req')!;
    const short = commandHelp(req, await req.load(), ['-h']);
    const flags = [...short.matchAll(/^ {2}(-\S+?),? /gm)].map(([, name]) => name);
    assert.deepEqual(flags, ['-a', '-k', '-t', '-i', '--since', '-l', '--search', '-f', '--all', '-n']);
  });

  test('the flags of serve fit 80 columns as they are written, outside a terminal too', async () => {
    const serve = COMMANDS.find(({ name }) => name === 'serve')!;
    const [own = ''] = commandHelp(serve, await serve.load(), ['--help']).split('\nCommon:');
    const wide = own.split('\n').filter(line => line.length > 80);
    assert.deepEqual(wide, []);
  });

  test('the list begins with the five commands of the core', () => {
    const names = [...programHelp(COMMANDS).matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name);
    assert.deepEqual(names.slice(0, 5), ['keygen', 'publish', 'req', 'decode', 'relay-info']);
  });

  test('the short help of the program fits a screen with an error below it, and names every command', () => {
    const text = shortProgramHelp(COMMANDS);
    assert.ok(rowsOf(text.trimEnd(), 80) <= 22, text);
    for (const { name } of COMMANDS) assert.match(text, new RegExp(`\\b${name.split(' ')[0]}\\b`));
    assert.ok(text.endsWith('\n\nmore: nost --help\n'));
  });
});
