// The completion script in a real bash: it is sourced, `_nost` is called as the shell would, COMPREPLY is read.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { completionWorld } from '../support/completion-world.ts';

const script = fileURLToPath(new URL('../../completions/nost.bash', import.meta.url));
const nost = fileURLToPath(new URL('../../bin/nost.js', import.meta.url));
const noBash = spawnSync('bash', ['-c', ':']).status === 0 ? false : 'no bash here';

const world = completionWorld();
after(() => world.remove());

/** What bash offers for the last of these words. */
function complete(words: string[], env: Record<string, string> = {}): string[] {
  const program = `
    source "$0"
    COMP_LINE="$*" COMP_POINT=\${#COMP_LINE}
    _nost
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['--norc', '-c', program, script, ...words], {
    env: { PATH: process.env['PATH'] ?? '', ...world.env, ...env },
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  return output.split('\n').filter(line => line !== '');
}

describe('bash completion', { skip: noBash }, () => {
  test('completes commands', () => {
    assert.deepEqual(complete(['nost', 're']), [
      'req',
      'relay-info',
      'relay-ping',
      'relay-wait',
      'relay-check',
      'relay-test',
    ]);
    assert.deepEqual(complete(['nost', 'pub']), ['publish']);
  });

  test('offers nothing for a command that does not exist', () => {
    assert.deepEqual(complete(['nost', 'nothing', '--']), []);
  });

  test('completes the flags of the command at hand', () => {
    assert.deepEqual(complete(['nost', 'req', '--fail']), ['--fail-on-empty']);
    assert.deepEqual(complete(['nost', 'serve', '--max-l']), ['--max-limit']);
    assert.deepEqual(complete(['nost', 'serve', '--fail']), []);
  });

  test('completes the values of flags: kinds by name, choices, files', () => {
    assert.ok(complete(['nost', 'req', '-k', 'art']).includes('article'));
    const usual = complete(['nost', 'req', '-k', '']);
    assert.ok(usual.includes('note') && usual.length < 30, usual.join(' '));
    assert.deepEqual(complete(['nost', 'req', '-k', 'badge-a']), ['badge-award']);
    assert.deepEqual(complete(['nost', 'req', '--log-format', 'j']), ['json']);
    assert.deepEqual(complete(['nost', 'publish', '--content-file', 'packag']).sort(), [
      'package-lock.json',
      'package.json',
    ]);
    assert.deepEqual(complete(['nost', 'verify', 'README']), ['README.md']);
    assert.deepEqual(complete(['nost', 'completion', '']), ['bash', 'zsh', 'fish', 'powershell']);
  });

  test('offers the types of codes and the names of faults, where more may be typed', () => {
    assert.deepEqual(complete(['nost', 'encode', 'ne']), ['nevent']);
    assert.equal(complete(['nost', 'encode', 'n']).length, 6);
    assert.deepEqual(complete(['nost', 'serve', '--fault', 'no-e']), ['no-eose']);
  });

  test('offers nothing where the value is free', () => {
    assert.deepEqual(complete(['nost', 'req', '--since', '']), []);
  });

  test('completes relays from NOST_RELAYS', () => {
    const env = { NOST_RELAYS: 'wss://a.example,wss://b.example' };
    assert.deepEqual(complete(['nost', 'req', 'ws'], env), ['wss://a.example', 'wss://b.example']);
    // readline keeps what stands before the colon.
    assert.deepEqual(complete(['nost', 'req', '-k', '1', 'wss://a'], env), ['//a.example']);
  });

  test('completes a value that is joined to its flag', () => {
    assert.deepEqual(complete(['nost', 'req', '--color=al']), ['always']);
  });

  test('completes a family of commands, and flags before the command', () => {
    assert.deepEqual(complete(['nost', 'key', 're']), ['rename', 'remove']);
    assert.deepEqual(complete(['nost', '-q', '--color', 'never', 'key', 'sh']), ['show']);
    assert.deepEqual(complete(['nost', '--log-f']), ['--log-format']);
    assert.deepEqual(complete(['nost', '--color', 'al']), ['always']);
    assert.deepEqual(complete(['nost', '-q', 're']), [
      'req',
      'relay-info',
      'relay-ping',
      'relay-wait',
      'relay-check',
      'relay-test',
    ]);
  });

  test('completes topics and commands of help', () => {
    assert.deepEqual(complete(['nost', 'help', 'ke']), ['keys', 'keygen', 'key']);
    assert.deepEqual(complete(['nost', 'help', 'key', 'sh']), ['show']);
  });

  test('completes the names of accounts', () => {
    assert.deepEqual(complete(['nost', 'publish', '--as', '']).sort(), ['alice', 'bob']);
    assert.deepEqual(complete(['nost', 'key', 'show', 'al']), ['alice']);
    assert.deepEqual(complete(['nost', 'req', '-a', 'b']), ['bob']);
    assert.deepEqual(complete(['nost', 'publish', '--as', ''], { HOME: '/nonexistent' }), []);
  });

  test('completes the names of wallets', () => {
    assert.deepEqual(complete(['nost', 'wallet', 'remove', '']), ['purse']);
    assert.deepEqual(complete(['nost', 'zap', 'send', '--wallet', 'p']), ['purse']);
    assert.deepEqual(complete(['nost', 'wallet', 'add', '']), []);
  });

  test('goes by the words that are there already', () => {
    assert.deepEqual(complete(['nost', 'list', 'follow']), ['follows', 'follow-sets']);
    assert.deepEqual(complete(['nost', 'list', 'follows', '']), ['show', 'add', 'remove']);
    assert.deepEqual(complete(['nost', 'list', 'follows', 'show', '']).sort(), ['alice', 'bob']);
    assert.deepEqual(complete(['nost', 'list', 'mutes', 'add', 'bob', 'al']), ['alice']);
    assert.deepEqual(complete(['nost', 'zap', 'send', 'al']), ['alice']);
    assert.deepEqual(complete(['nost', 'zap', 'send', 'alice', '']), []);
    assert.deepEqual(complete(['nost', 'profile', '--unset', 'ni']), ['nip05']);
  });

  test('is what `nost completion bash` prints', () => {
    const printed = execFileSync(process.execPath, [nost, 'completion', 'bash'], { encoding: 'utf8' });
    assert.equal(printed, readFileSync(script, 'utf8'));
  });

  test('goes by the words alone when there is no line', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is bash
    const program = 'source "$0"; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _nost; echo "${COMPREPLY[*]}"';
    const words = ['nost', 'req', '--fail-on'];
    assert.equal(
      execFileSync('bash', ['-c', program, script, ...words], { encoding: 'utf8' }),
      '--fail-on-empty\n',
    );
  });

  test('sets itself up for the word nost', () => {
    const output = execFileSync('bash', ['--norc', '-c', 'source "$0"; complete -p nost', script], {
      encoding: 'utf8',
    });
    assert.match(output, /complete -F _nost nost/);
  });
});
