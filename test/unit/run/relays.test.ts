import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Deadline } from '../../../src/deadline.ts';
import type { Failure, UsageError } from '../../../src/errors.ts';
import type { NetworkFlags } from '../../../src/flags/network-flags.ts';
import { chooseRelays, patienceFor } from '../../../src/run/relays.ts';

const hidden: string[] = [];

const choose = (words: string[], NOST_RELAYS?: string, relaysFile?: string) =>
  chooseRelays(
    words,
    {
      env: { NOST_RELAYS },
      deadline: new Deadline(new AbortController().signal),
      hide: text => hidden.push(text),
    },
    { ...(relaysFile && { relaysFile }) },
  );

/** A file of relays that goes when the test is over. */
async function relaysFile(t: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nost-relays-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'relays.txt'), text);
  return join(folder, 'relays.txt');
}

describe('the relays of a command', () => {
  test('stand on the line, each once whatever its spelling', async () => {
    assert.deepEqual(
      await choose(['relay.example', 'WSS://Relay.Example/', 'localhost:1'], 'wss://other.example'),
      ['wss://relay.example', 'ws://localhost:1'],
    );
  });

  test('have their tokens hidden, not the words of other parameters', async () => {
    hidden.splice(0);
    await choose(['ws://h/?auth=required&access_token=t0ken%2Fof-mine&page=abcdefghijkl'], undefined);
    assert.deepEqual(hidden, ['t0ken%2Fof-mine', 't0ken/of-mine']);
  });

  test('a slash at the end of a path makes another relay', async () => {
    assert.deepEqual(await choose(['ws://h/a', 'ws://h/a/', 'ws://H/a', 'ws://h:80/a/']), [
      'ws://h/a',
      'ws://h/a/',
    ]);
  });

  test('or in NOST_RELAYS, by spaces or commas', async () => {
    assert.deepEqual(await choose([], ' wss://a.example, wss://b.example\n'), [
      'wss://a.example',
      'wss://b.example',
    ]);
  });

  for (const [word, relays] of [
    ['a.example,wss://b.example', ['wss://a.example', 'wss://b.example']],
    ['wss://a.example,b.example,', ['wss://a.example', 'wss://b.example']],
    ['wss://a.example/x,y?z=1,2', ['wss://a.example/x,y?z=1,2']],
    ['wss://a.example/x,wss://b.example/y', ['wss://a.example/x', 'wss://b.example/y']],
    ['localhost:1,127.0.0.1:2', ['ws://localhost:1', 'ws://127.0.0.1:2']],
  ] as const)
    test(`or in one word with commas: ${word}`, async () => assert.deepEqual(await choose([word]), relays));

  test('none at all is a usage error that says what to do', async () => {
    await assert.rejects(
      choose([]),
      (error: UsageError) => error.code === 'no_relay' && /NOST_RELAYS/.test(error.hint ?? ''),
    );
  });

  for (const word of ['alias', '@set']) {
    test(`${word} is an unknown alias, not a host`, async () => {
      await assert.rejects(choose([word]), (error: UsageError) => error.code === 'unknown_alias');
    });
  }

  for (const [word, thing] of [
    ['npub1w0rth2nd0hex2', 'a person'],
    ['nostr:nevent1qqs', 'an event'],
    ['naddr1qqs', 'the address of an event'],
    ['0'.repeat(64), '64 hex digits'],
    ['./relay.example', 'a file'],
    ['../a.example', 'a file'],
    ['/tmp/a.example', 'a file'],
    ['~/events', 'a file'],
    ['notes/today', 'a file'],
    ['three.jsonl', 'a file'],
    ['A.JSON', 'a file'],
    ['relays.txt', 'a file'],
    ['hello there', 'a text'],
    ['{"kinds":[1]}', 'JSON'],
    ['[{}]', 'JSON'],
  ] as const)
    test(`${word} is ${thing}, and the command says what to write for it`, async () => {
      const deadline = new Deadline(new AbortController().signal);
      const instead = { person: 'P', file: 'F' };
      await assert.rejects(
        chooseRelays([word], { env: {}, deadline, hide: () => {} }, {}, instead),
        (error: UsageError) => {
          assert.match(error.message, new RegExp(`is no relay, but ${thing}$`));
          if (thing === 'a file') assert.equal(error.hint, 'F');
          return error.code === 'bad_relay';
        },
      );
    });

  test('whatever can be a relay is one', async () => {
    const words = [
      'wss://x.example/a.json',
      'x.example/a/b',
      'localhost/x',
      '[::1]:1',
      'notes.md',
      '127.0.0.1/x',
    ];
    assert.equal((await choose([...words])).length, words.length);
  });

  test('a bad URL of the environment names where it stands', async () => {
    await assert.rejects(choose([], 'ftp://x.example'), /NOST_RELAYS: /);
  });

  test('and those of --relays-file join those of the line; NOST_RELAYS then does not count', async t => {
    const file = await relaysFile(
      t,
      '\ufeff# mine\r\nb.example # quick\r\n\r\n  wss://c.example/#x\r\na.example',
    );
    assert.deepEqual(await choose(['a.example'], 'wss://other.example', file), [
      'wss://a.example',
      'wss://b.example',
      'wss://c.example',
    ]);
    assert.deepEqual((await choose([], 'wss://other.example', file)).length, 3);
  });

  test('a bad line of the file is named by its number, a file of none by its name', async t => {
    const bad = await relaysFile(t, 'a.example\n\nftp://b.example\n');
    await assert.rejects(choose([], undefined, bad), /relays\.txt", line 3: "ftp:.*scheme/);
    const empty = await relaysFile(t, '# nothing yet\n');
    await assert.rejects(
      choose([], 'wss://other.example', empty),
      (error: UsageError) => error.code === 'no_relay' && /relays\.txt/.test(error.message),
    );
  });

  test('a file that cannot be read, or is far too large, is an error of that file', async t => {
    const isIo = (error: Failure) => error.kind === 'io' && /--relays-file: cannot read/.test(error.message);
    await assert.rejects(choose([], undefined, '/nowhere/at-all'), isIo);
    await assert.rejects(choose([], undefined, await relaysFile(t, '#'.repeat(1024 * 1024 + 1))), isIo);
  });
});

test('relays that the user did not name are bounded in time, but for a stream, which may last for days', () => {
  const flags = { connectTimeout: 5, relayTimeout: 10, retry: 1 } as NetworkFlags;
  const named = new Set(['ws://named']);
  const bounded = patienceFor(flags, named);
  assert.deepEqual(
    [bounded?.ms, bounded?.isFor('ws://named'), bounded?.isFor('ws://other')],
    [90, false, true],
  );
  assert.equal(patienceFor({ ...flags, all: true }, named, true)?.ms, 90);
  for (const way of [{ all: true }, { stream: true, all: true }, { new: true }])
    assert.equal(patienceFor({ ...flags, ...way }, named, 'stream' in way), undefined);
  assert.equal(patienceFor(flags, undefined), undefined);
});
