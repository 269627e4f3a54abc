// The completion script in a real fish: what it would offer for a line.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { completionWorld } from '../support/completion-world.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SCRIPT = resolve(ROOT, 'completions/nost.fish');
const skip = spawnSync('fish', ['-c', 'true']).status === 0 ? false : 'no fish here';
const world = completionWorld();
after(() => world.remove());

/** Words and descriptions. */
function offers(line: string, env: Record<string, string> = {}): string[][] {
  const output = execFileSync(
    'fish',
    ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', SCRIPT, line],
    {
      env: { ...world.env, ...env },
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  return output
    .split('\n')
    .filter(text => text !== '')
    .map(text => text.split('\t'));
}

const complete = (line: string, env = {}) =>
  offers(line, env)
    .map(([word]) => word)
    .sort();

describe('fish completion', { skip }, () => {
  test('completes commands, with what they do', () => {
    assert.deepEqual(offers('nost pub'), [['publish', 'sign events and send them to relays']]);
    assert.deepEqual(complete('nost re'), [
      'relay-check',
      'relay-info',
      'relay-ping',
      'relay-test',
      'relay-wait',
      'req',
    ]);
    assert.deepEqual(complete('nost key re'), ['remove', 'rename']);
    assert.deepEqual(complete('nost -q --color never key sh'), ['show']);
    assert.deepEqual(complete('nost nothing re'), []);
  });

  test('completes the flags of the command at hand, with what they do', () => {
    assert.deepEqual(offers('nost req --fail'), [['--fail-on-empty', 'exit 1 if no event arrives']]);
    assert.deepEqual(complete('nost serve --fail'), []);
    assert.deepEqual(complete('nost --log-f'), ['--log-format=', '--log-format'].slice(1));
    assert.deepEqual(complete('nost --vers'), ['--version']);
  });

  test('completes the values of flags: kinds, choices, files', () => {
    assert.ok(complete('nost req -k art').includes('article'));
    assert.deepEqual(complete('nost req --log-format j'), ['json']);
    assert.deepEqual(complete('nost req --color=al'), ['--color=always']);
    assert.deepEqual(complete('nost publish --content-file packag'), ['package-lock.json', 'package.json']);
    assert.deepEqual(complete('nost verify READ'), ['README.md']);
    assert.deepEqual(complete('nost req --since '), []);
    assert.deepEqual(complete('nost completion '), ['bash', 'fish', 'powershell', 'zsh']);
  });

  test('completes accounts, relays, topics', () => {
    assert.deepEqual(complete('nost publish --as '), ['alice', 'bob']);
    assert.deepEqual(complete('nost key show al'), ['alice']);
    assert.deepEqual(complete('nost req ws', { NOST_RELAYS: 'wss://a.example,wss://b.example' }), [
      'wss://a.example',
      'wss://b.example',
    ]);
    assert.deepEqual(complete('nost help ke'), ['key', 'keygen', 'keys']);
    assert.deepEqual(complete('nost help kind badge-a'), ['badge-award']);
    assert.deepEqual(complete('nost outbox al'), ['alice']);
    assert.deepEqual(complete('nost help key sh'), ['show']);
    assert.deepEqual(complete('nost wallet balance '), ['purse']);
    assert.deepEqual(complete('nost list mutes '), ['add', 'remove', 'show']);
    assert.deepEqual(complete('nost list mutes add --private al'), ['alice']);
    assert.deepEqual(complete('nost list mute'), ['mutes']);
    assert.deepEqual(complete('nost zap send alice '), []);
  });
});
