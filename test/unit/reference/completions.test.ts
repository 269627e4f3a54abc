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
  argument: undefined,
  argumentChoices: [],
  ...more,
});

const TREE = completionTree(
  [
    command('req', { flags: [flag('-k', 'kind'), flag('-H', 'line'), flag('-h')], argument: 'relay' }),
    command('key show', { argument: 'account' }),
    command('outbox', { argument: 'who' }),
    command('help', { argument: 'word', argumentChoices: ['keys'] }),
  ],
  ['note', 'article'],
  [flag('--color', 'when', ['auto', 'never'])],
);

describe('what completion offers', () => {
  test('are the commands, a family as one', () => {
    assert.deepEqual(
      TREE.commands.map(({ name, summary }) => `${name}: ${summary}`),
      ['req: do req', 'key: show', 'outbox: do outbox', 'help: do help'],
    );
  });

  test('is what the place takes', () => {
    assert.deepEqual(
      TREE.places.map(({ name, offer }) => [name, offer]),
      [
        ['req', 'relays'],
        ['key show', 'accounts'],
        ['outbox', 'accounts'],
        ['help', ['keys', 'kind', 'req', 'key', 'outbox', 'help']],
        ['key', ['show']],
        ['help key', ['show']],
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
$nostCommands = @{ 'req' = 'do req'; 'key' = 'show'; 'outbox' = 'do outbox'; 'help' = 'do help' }
$nostPlaces = @{
  '' = @{
    offer = @('req', 'key', 'outbox', 'help')
    flags = ${table("'--color', 'it''s --color'", "'--help', 'list the commands'", "'--version', 'print the version'")}
    values = ${table("'--color', @('auto', 'never')")}
  }
  'req' = @{
    offer = ':relays'
    flags = ${table("'-k', 'it''s -k'", "'-H', 'it''s -H'", "'-h', 'it''s -h'")}
    values = ${table("'-k', @('note', 'article')", "'-H', @()")}
  }
  'key show' = @{
    offer = ':accounts'
    flags = ${table()}
    values = ${table()}
  }
  'outbox' = @{
    offer = ':accounts'
    flags = ${table()}
    values = ${table()}
  }
  'help' = @{
    offer = @('keys', 'kind', 'req', 'key', 'outbox', 'help')
    flags = ${table()}
    values = ${table()}
  }
  'key' = @{
    offer = @('show')
    flags = ${table("'--help', 'list the commands'")}
    values = ${table()}
  }
  'help key' = @{
    offer = @('show')
    flags = ${table()}
    values = ${table()}
  }
  'help kind' = @{
    offer = @('note', 'article')
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
