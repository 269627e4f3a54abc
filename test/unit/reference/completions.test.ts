// What completion scripts are made of, and the golden text of the one whose shell is seldom at hand: PowerShell.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CommandNode } from '../../../src/reference/command-tree.ts';
import { completionTree, offerOfValue } from '../../../src/reference/completion-offers.ts';
import { powershellCompletion } from '../../../src/reference/powershell-completion.ts';

const flag = (name: string, value?: string, choices: string[] = []) => ({
  names: [name],
  description: `it's ${name}`,
  value,
  choices,
});

const command = (name: string, more: Partial<CommandNode> = {}): CommandNode => ({
  name,
  group: 'Core',
  summary: `do ${name}`,
  flags: [],
  args: [],
  ...more,
});

const arg = (name: string, choices: string[] = []) => ({ name, choices });

const TREE = completionTree(
  [
    command('req', { flags: [flag('-k', 'kind'), flag('-H', 'line'), flag('-h')], args: [arg('relay')] }),
    command('key show', { args: [arg('account')] }),
    command('list', { args: [arg('name', ['mutes']), arg('action', ['show', 'add']), arg('items')] }),
    command('wallet remove', { args: [arg('wallet')] }),
    command('help', { args: [arg('word', ['keys'])] }),
  ],
  ['note', 'article'],
  [flag('--color', 'when', ['auto', 'never'])],
);

describe('what completion offers', () => {
  test('are the commands, a family as one', () => {
    assert.deepEqual(
      TREE.commands.map(({ name, summary }) => `${name}: ${summary}`),
      ['req: do req', 'key: show', 'list: do list', 'wallet: remove', 'help: do help'],
    );
  });

  test('is what the place takes', () => {
    assert.deepEqual(
      TREE.places.map(({ name, offer, then = [] }) => [name, offer, ...then]),
      [
        ['req', 'relays'],
        ['key show', 'accounts'],
        ['list', ['mutes'], ['show', 'add'], 'accounts'],
        ['wallet remove', 'wallets'],
        ['help', ['keys', 'kind', 'req', 'key', 'list', 'wallet', 'help']],
        ['key', ['show']],
        ['wallet', ['remove']],
        ['help key', ['show']],
        ['help wallet', ['remove']],
        ['help kind', ['note', 'article']],
      ],
    );
  });

  for (const [value, choices, offer] of [
    [undefined, [], undefined],
    ['when', ['a', 'b'], ['a', 'b']],
    ['kind', [], ['note']],
    ['account', [], 'accounts'],
    ['key', [], 'accounts'],
    ['wallet', [], 'wallets'],
    ['file|-', [], 'files'],
    ['json|@file|-', [], 'files'],
    ['path', [], 'files'],
    ['duration', [], 'nothing'],
  ] as [string | undefined, string[], unknown][])
    test(`for the value <${value}> of a flag`, () => {
      assert.deepEqual(offerOfValue(flag('-x', value, choices), ['note']), offer);
    });
});

test('the script for PowerShell', () => {
  const script = powershellCompletion(TREE);
  const [head, code] = script.split('Register-ArgumentCompleter');
  const hash = '[System.Collections.Hashtable]::new([System.StringComparer]::Ordinal)';
  const table = (...rows: string[]) =>
    `(& { $t = ${hash};${rows.map(row => ` $t.Add(${row});`).join('')} $t })`;
  assert.equal(
    head,
    `# PowerShell completion for nost. Generated from the command definitions: npm run generate.
$nostCommands = @{ 'req' = 'do req'; 'key' = 'show'; 'list' = 'do list'; 'wallet' = 'remove'; 'help' = 'do help' }
$nostPlaces = @{
  '' = @{
    offers = @(,@('req', 'key', 'list', 'wallet', 'help'))
    flags = ${table("'--color', 'it''s --color'", "'--help', 'list the commands'", "'--version', 'print the version'")}
    values = ${table("'--color', @('auto', 'never')")}
  }
  'req' = @{
    offers = @(,':relays')
    flags = ${table("'-k', 'it''s -k'", "'-H', 'it''s -H'", "'-h', 'it''s -h'")}
    values = ${table("'-k', @('note', 'article')", "'-H', @()")}
  }
  'key show' = @{
    offers = @(,':accounts')
    flags = ${table()}
    values = ${table()}
  }
  'list' = @{
    offers = @(,@('mutes') + ,@('show', 'add') + ,':accounts')
    flags = ${table()}
    values = ${table()}
  }
  'wallet remove' = @{
    offers = @(,':wallets')
    flags = ${table()}
    values = ${table()}
  }
  'help' = @{
    offers = @(,@('keys', 'kind', 'req', 'key', 'list', 'wallet', 'help'))
    flags = ${table()}
    values = ${table()}
  }
  'key' = @{
    offers = @(,@('show'))
    flags = ${table("'--help', 'list the commands'")}
    values = ${table()}
  }
  'wallet' = @{
    offers = @(,@('remove'))
    flags = ${table("'--help', 'list the commands'")}
    values = ${table()}
  }
  'help key' = @{
    offers = @(,@('show'))
    flags = ${table()}
    values = ${table()}
  }
  'help wallet' = @{
    offers = @(,@('remove'))
    flags = ${table()}
    values = ${table()}
  }
  'help kind' = @{
    offers = @(,@('note', 'article'))
    flags = ${table()}
    values = ${table()}
  }
}
`,
  );
  assert.match(code!, /^ -Native -CommandName nost -ScriptBlock \{\n {2}param\(\$wordToComplete, /);
  assert.match(code!, /nost key list 2>\$null \| ForEach-Object \{ \(\$_ \| ConvertFrom-Json\)\.name \}/);
  assert.equal(code!.split('{').length, code!.split('}').length);
});
