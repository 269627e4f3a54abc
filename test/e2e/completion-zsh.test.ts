// The completion script in a real, interactive zsh on a pseudo-terminal of its own (zsh/zpty): a line is typed, the tab key
// pressed, and what the completion system would offer is printed.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { completionWorld } from '../support/completion-world.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const skip = spawnSync('zsh', ['-fc', 'zmodload zsh/zpty']).status === 0 ? false : 'no zsh here';
const world = completionWorld();
after(() => world.remove());

/** What zsh offers for a line. */
function complete(line: string, env: Record<string, string> = {}): string[] {
  const output = execFileSync(
    'zsh',
    ['-f', resolve(ROOT, 'test/support/complete.zsh'), resolve(ROOT, 'completions'), line],
    {
      env: { ...world.env, ...env },
      cwd: ROOT,
      encoding: 'utf8',
      timeout: 120_000,
    },
  );
  const [, offered = ''] = /<<<([\s\S]*)>>>/.exec(output.replaceAll('\r', '')) ?? [];
  return [...new Set(offered.split('\n').filter(word => word !== ''))].sort();
}

describe('zsh completion', { skip }, () => {
  test('completes commands', () => {
    assert.deepEqual(complete('nost pub'), ['publish']);
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

  test('completes the flags of the command at hand', () => {
    assert.deepEqual(complete('nost req --fail'), ['--fail-on-empty']);
    assert.deepEqual(complete('nost serve --fail'), []);
    assert.deepEqual(complete('nost --log-f'), ['--log-format']);
  });

  test('completes the values of flags: kinds, choices, files', () => {
    assert.ok(complete('nost req -k art').includes('article'));
    assert.deepEqual(complete('nost req --log-format j'), ['json']);
    assert.deepEqual(complete('nost req --color=al'), ['always']);
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
    assert.deepEqual(complete('nost decode --field amount'), ['amount_msat']);
    assert.deepEqual(complete('nost help key sh'), ['show']);
    assert.deepEqual(complete('nost wallet balance '), ['purse']);
    assert.deepEqual(complete('nost list mutes '), ['add', 'remove', 'show']);
    assert.deepEqual(complete('nost list mutes add --private al'), ['alice']);
    assert.deepEqual(complete('nost list mute'), ['mutes']);
    assert.deepEqual(complete('nost zap send alice '), []);
  });
});
