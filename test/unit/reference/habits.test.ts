// What is suggested for a word that is no command or no flag: the right thing, and only what there is.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMMANDS } from '../../../src/commands/index.ts';
import { namesOf } from '../../../src/flags/flag.ts';
import { flagsOf } from '../../../src/reference/command-tree.ts';
import { flagFor, withoutFlag } from '../../../src/reference/flag-habits.ts';
import { commandFor, misplacedWord } from '../../../src/reference/habits.ts';

const NAMES = COMMANDS.map(({ name }) => name);
/** All that are planned, whether they are there or not. */
const PLANNED = [...new Set([...NAMES, 'match', 'wrap', 'unwrap', 'fetch', 'count', 'sign', 'encode'])];

const suggest = (line: string, names = PLANNED) => commandFor(line.split(' '), names);

describe('a command', () => {
  for (const [line, command] of [
    // What nak, websocat and curl teach.
    ['event', 'publish'],
    ['relay', 'relay-info'],
    ['key generate', 'keygen'],
    ['filter', 'match'],
    ['gift wrap', 'wrap'],
    ['version', '--version'],
    // The same, a little further.
    ['EVENT', 'publish'],
    ['relay wss://a.example', 'relay-info'],
    ['gift unwrap', 'unwrap'],
    ['gift', 'wrap'],
    ['key new', 'keygen'],
    ['key delete', 'key remove'],
    ['key public', 'decode'],
    ['router', 'mirror'],
    ['backup', 'sync'],
    ['unfollow', 'list follows remove'],
    ['zap pay', 'zap send'],
    ['article edit', 'article publish'],
    ['articles', 'article list'],
    ['article delete rye', 'delete naddr1…'],
    ['whois', 'profile'],
    ['message bob', 'dm send'],
    ['messages', 'dm read'],
    ['dm reply', 'dm send WHO --reply ID'],
    ['dm ls', 'dm read'],
    ['dm rm', 'delete'],
    ['dm raed', 'dm read'],
    ['dm bob', undefined],
    // What a family does with words that are none of its commands.
    ['dm bob -m hi', "dm send WHO -m 'TEXT'"],
    ['zap npub1abc 21', 'zap send WHO AMOUNT'],
    ['zap npub1abc', undefined],
    ['article rye.md', 'article publish FILE.md'],
    ['article naddr1abc', 'article show CODE'],
    ['wallet purse 21', undefined],
    // What people want to do.
    ['note hi', 'publish'],
    ['reply note1abc', 'publish -e ID'],
    ['feed', 'req -k note'],
    ['followers', 'req -k follows -p WHO'],
    ['relays', 'outbox'],
    ['whoami', 'key list'],
    ['wallet list', 'wallet balance'],
    // Typing slips.
    ['pubish', 'publish'],
    ['keygne', 'keygen'],
    ['key exprot', 'key export'],
    ['relay-inof', 'relay-info'],
    ['kye list', 'key'],
    // Nothing near.
    ['banana', undefined],
    ['key banana', undefined],
    ['constructor', undefined],
    ['key toString', undefined],
  ] as const)
    test(`${line}: ${command ?? 'no guess'}`, () => assert.equal(suggest(line), command));

  test('that is not there is not suggested', () => {
    for (const line of ['filter', 'gift wrap', 'gift'])
      assert.equal(suggest(line, ['req', 'publish']), undefined);
  });

  test('that stands for a code or a relay', () => {
    assert.equal(misplacedWord('nostr:npub1abc'), 'decode nostr:npub1abc');
    assert.equal(misplacedWord('wss://relay.example'), 'req -l 10 wss://relay.example');
    assert.equal(misplacedWord('npub'), undefined);
    assert.equal(misplacedWord('wss://a $(x)'), undefined);
  });
});

describe('a flag', () => {
  test('of what is a word without a flag', () => {
    assert.match(withoutFlag('--wallet', 'wallet balance')!, /nost wallet balance NAME/);
    assert.match(withoutFlag('--relay', 'publish')!, /last on the line/);
    assert.equal(withoutFlag('--relay', 'decode'), undefined);
  });

  for (const [command, flag, meant] of [
    ['publish', '-c', '-m'],
    ['publish', '--sec', '--sec-file'],
    ['req', '-s', '--since'],
    ['req', '-u', '--until'],
    ['req', '--sec', '--sec-file'],
    ['req', '--paginate', '--all'],
    ['req', '-x', '--proxy'],
    ['req', '--max-event', '--max-events'],
    ['encrypt', '-p', '--to'],
    ['decrypt', '-p', '--from'],
    ['fetch', '-r', '--relay'],
    ['encode', '-a', '--author'],
    ['mirror', '--plugin', '--exec'],
    ['diff', '--print-missing', '--ids'],
    ['outbox', '--inbox', '--set-inbox'],
    ['outbox', '--remove-write', '--remove'],
    ['profile', '-y', '--yes'],
    ['dm read', '-l', '--max-events'],
    ['dm read', '--limit', '--max-events'],
    ['dm send', '--text', '--content'],
    ['dm send', '--ttl', '--expires'],
    ['delete', '-m', '--reason'],
    ['delete', '--message', '--reason'],
    ['req', '-c', undefined],
    ['keygen', '--sec', undefined],
    ['serve', '--paginate', undefined],
    ['req', '-z', undefined],
    ['req', '--banana', undefined],
    ['req', '--toString', undefined],
  ] as const)
    test(`${command} ${flag}: ${meant ?? 'no guess'}`, async () => {
      const module = await COMMANDS.find(({ name }) => name === command)!.load();
      assert.equal(flagFor(flag, flagsOf(module).flatMap(namesOf)), meant);
    });

  test('--bare is --dry-run where there is one', () => {
    assert.equal(flagFor('--bare', ['--dry-run']), '--dry-run');
    assert.equal(flagFor('--bare', ['--all']), undefined);
  });

  for (const [command, flag, what] of [
    ['dm send', '--to', 'nost dm send WHO'],
    ['dm send', '-k', 'nost wrap -k KIND'],
    ['dm read', '--from', 'nost dm read WHO'],
    ['dm send', '--yes', 'Nothing is asked here'],
    ['dm read', '--unread', '--new'],
    ['delete', '--all', 'nost req … | nost delete -'],
    ['delete', '-e', 'nost delete nevent1…'],
    ['delete', '--author', 'nost req … | nost delete -'],
    ['article show', '-a', 'nost article show WHO'],
    ['article publish', '-m', 'nost article publish -'],
  ] as const)
    test(`${command} ${flag} is answered with ${what}`, () => {
      assert.ok(withoutFlag(flag, command)?.includes(what));
    });
});
