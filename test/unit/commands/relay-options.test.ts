import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chooseRelays } from '../../../src/commands/relay-options.ts';
import type { Context } from '../../../src/context.ts';
import type { UsageError } from '../../../src/errors.ts';

const choose = (words: string[], NOST_RELAYS?: string) =>
  chooseRelays(words, { env: { NOST_RELAYS } } as unknown as Context);

describe('the relays of a command', () => {
  test('stand on the line, each once whatever its spelling', () => {
    assert.deepEqual(
      choose(['relay.example', 'WSS://Relay.Example/', 'localhost:1'], 'wss://other.example'),
      ['wss://relay.example', 'ws://localhost:1'],
    );
  });

  test('or in NOST_RELAYS, by spaces or commas', () => {
    assert.deepEqual(choose([], ' wss://a.example, wss://b.example\n'), [
      'wss://a.example',
      'wss://b.example',
    ]);
  });

  test('none at all is a usage error that says what to do', () => {
    assert.throws(
      () => choose([]),
      (error: UsageError) => error.code === 'no_relay' && /NOST_RELAYS/.test(error.hint ?? ''),
    );
  });

  for (const word of ['alias', '@set']) {
    test(`${word} is an unknown alias, not a host`, () => {
      assert.throws(
        () => choose([word]),
        (error: UsageError) => error.code === 'unknown_alias',
      );
    });
  }

  test('a bad URL of the environment names where it stands', () => {
    assert.throws(() => choose([], 'ftp://x.example'), /NOST_RELAYS: /);
  });
});
