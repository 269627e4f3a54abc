// A session is recorded against a relay, the relay goes away, and the recording plays its side: the same command prints
// the same bytes and ends the same way. With our own relay, with the independent one, and with relays that misbehave.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { A, B, T0 } from '../support/people.ts';
import { RawClient } from '../support/raw-client.ts';
import { startIndependent, startNost, type TestRelay } from '../support/relays.ts';
import { startScriptedRelay } from '../support/scripted-relay.ts';
import * as step from '../support/scripted-steps.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');

const NOTES = Array.from({ length: 30 }, (_, i) => A.note(`note ${i} — ünïcode “${i}”`, T0 + i));
const OTHERS = Array.from({ length: 30 }, (_, i) => B.note(`other ${i}`, T0 + i));
const LINES = NOTES.map(event => `${JSON.stringify(event)}\n`).join('');

interface Run {
  stdout: string;
  stderr: string;
  exit: number | string | null;
}

class Folder {
  readonly path: string;
  readonly #t: TestContext;

  private constructor(t: TestContext, path: string) {
    this.#t = t;
    this.path = path;
  }

  static async open(t: TestContext): Promise<Folder> {
    const path = await mkdtemp(join(tmpdir(), 'nost-replay-'));
    t.after(() => rm(path, { recursive: true, force: true }));
    await writeFile(join(path, 'key'), A.secretHex, { mode: 0o600 });
    return new Folder(t, path);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  spawn(args: readonly string[]) {
    const child = spawn(process.execPath, [NOST, ...args], {
      cwd: this.path,
      env: {
        PATH: process.env['PATH'],
        HOME: this.path,
        XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'], // the start cache, which all share
        NOST_NO_INPUT: '1',
      },
    });
    this.#t.after(() => child.kill('SIGKILL'));
    return child;
  }

  async nost(args: readonly string[], input = ''): Promise<Run> {
    const child = this.spawn(args);
    child.stdin.on('error', () => {}).end(input);
    const ended = once(child, 'exit');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [code, signal] = await ended;
    return { stdout, stderr, exit: code ?? signal };
  }

  /** `nost serve --replay`; its URLs, and how to end it. */
  async replay(...args: string[]): Promise<{ urls: string[]; end: () => Promise<string> }> {
    const child = this.spawn(['serve', '--replay', 'session.jsonl', ...args]);
    let log = '';
    child.stderr.setEncoding('utf8').on('data', chunk => {
      log += chunk;
    });
    const urls: string[] = [];
    const lines = createInterface(child.stdout).on('line', line => urls.push(line));
    await Promise.race([once(lines, 'line'), once(child, 'exit')]);
    assert.notEqual(urls.length, 0, log);
    return {
      urls,
      end: async () => {
        const ended = once(child, 'close');
        child.kill('SIGTERM');
        assert.deepEqual(await ended, [0, null], log);
        return log;
      },
    };
  }
}

async function fill(relay: TestRelay, events: readonly object[]): Promise<void> {
  const client = await RawClient.connect(relay.url);
  for (const event of events) client.send(['EVENT', event]);
  for (const _ of events) await client.nextLike('OK');
  await client.close();
}

/** Records a run against the relays, ends these, and runs the same against the replay, twice. */
async function same(
  t: TestContext,
  relays: readonly TestRelay[],
  args: readonly [verb: string, ...rest: string[]],
  expected: { lines?: number; exit?: number; input?: string } = {},
): Promise<Run> {
  const { lines, exit = 0, input = '' } = expected;
  const [verb, ...rest] = args;
  const folder = await Folder.open(t);
  const urls = relays.map(({ url }) => url);
  const recorded = await folder.nost([verb, '--record', 'session.jsonl', ...rest, ...urls], input);
  for (const relay of relays) await relay.close();
  assert.equal(recorded.exit, exit, recorded.stderr);
  if (lines !== undefined) assert.equal(recorded.stdout.split('\n').length - 1, lines, recorded.stderr);
  const port = relays.length === 1 ? new URL(urls[0]!).port : '0';
  const replay = await folder.replay('--port', port);
  for (let run = 0; run < 2; run++) {
    const again = await folder.nost([...args, ...replay.urls], input);
    assert.equal(again.stdout, recorded.stdout, again.stderr);
    assert.equal(again.exit, recorded.exit, again.stderr);
  }
  const log = await replay.end();
  assert.doesNotMatch(log, /which is not|is not in the recording|no further|where line/);
  return recorded;
}

const RELAYS = { nost: () => startNost({ maxLimit: 10 }), independent: startIndependent };

for (const [name, start] of Object.entries(RELAYS)) {
  const filled = async (): Promise<TestRelay> => {
    const relay = await start();
    await fill(relay, NOTES);
    return relay;
  };

  test(`${name}: a plain req`, async t => {
    await same(t, [await filled()], ['req', '-k', '1']);
  });

  test(`${name}: req --all pages`, async t => {
    await same(t, [await filled()], ['req', '--all', '-a', A.publicKey], { lines: 30 });
  });

  test(`${name}: req --stream with -n`, async t => {
    await same(t, [await filled()], ['req', '--stream', '-n', '10', '-l', '10'], { lines: 10 });
  });

  test(`${name}: publish of a bulk`, async t => {
    await same(t, [await start()], ['publish', '-'], { lines: 30, input: LINES });
  });

  test(`${name}: relay-info`, async t => {
    await same(t, [await start()], ['relay-info'], { lines: 1 });
  });

  test(`${name}: two relays at once`, async t => {
    const other = await start();
    await fill(other, OTHERS);
    await same(t, [await filled(), other], ['req', '-l', '10'], { lines: 20 });
  });
}

test('count, with the URL on stdout', async t => {
  const relay = await startNost();
  await fill(relay, NOTES);
  await same(t, [relay], ['count', '-k', '1'], { lines: 1 });
});

test('fetch', async t => {
  const relay = await startNost();
  await fill(relay, NOTES);
  const folder = await Folder.open(t);
  const { stdout: code } = await folder.nost(['encode', 'note', NOTES[3]!.id]);
  await same(t, [relay], ['fetch', code.trim(), '--relay'], { lines: 1 });
});

test('req --auth: the challenge is answered with another signature', async t => {
  const relay = await startNost({ auth: true });
  await same(t, [relay], ['req', '--auth', '--sec-file', 'key', '-k', '1'], { lines: 0 });
});

test('publish of drafts: their ids are others', async t => {
  const folder = await Folder.open(t);
  const relay = await startNost();
  const words = ['publish', '--sec-file', 'key', '-m', 'hello'];
  const recorded = await folder.nost([...words, '--record', 'session.jsonl', relay.url]);
  await relay.close();
  const replay = await folder.replay('--port', '0');
  const again = await folder.nost([...words, '--created-at', '1700000000', ...replay.urls]);
  assert.equal(again.exit, recorded.exit, again.stderr);
  assert.match(again.stdout, /"created_at":1700000000/);
  await replay.end();
});

const FAULTS: Readonly<Record<string, { steps: step.Step[]; args?: string[]; exit: number }>> = {
  'CLOSED instead of an answer': { steps: [step.expectFrame('REQ'), step.closed('error: no')], exit: 1 },
  'a close with its code': { steps: [step.expectFrame('REQ'), step.close(1008, 'go away')], exit: 5 },
  'an end without a goodbye': { steps: [step.expectFrame('REQ'), step.end()], exit: 5 },
  'a reset': { steps: [step.expectFrame('REQ'), step.reset()], exit: 5 },
  'a refused handshake': { steps: [step.refuse(503)], exit: 5 },
  'no handshake': { steps: [step.hang()], args: ['--connect-timeout', '300ms'], exit: 5 },
  silence: {
    steps: [step.expectFrame('REQ'), step.sendEvent(NOTES[0]), step.waitClose()],
    args: ['--relay-timeout', '300ms'],
    exit: 124,
  },
  'garbage, a binary frame and a forged event': {
    steps: [
      step.notice('hi'),
      step.expectFrame('REQ'),
      step.send('["EVENT"'),
      step.binary('00ff'),
      step.forged(NOTES[0]),
      step.sendEvent(NOTES[1]),
      step.eose(),
    ],
    exit: 0,
  },
};

for (const [name, { steps, args = [], exit }] of Object.entries(FAULTS)) {
  test(`a relay that misbehaves: ${name}`, async t => {
    await same(t, [await startScriptedRelay(steps)], ['req', '-k', '1', ...args], { exit });
  });
}

test('a retry plays the next connection', async t => {
  const relay = await startScriptedRelay({
    perConnection: [
      [step.refuse(503)],
      [step.expectFrame('REQ'), step.sendEvent(NOTES[0]), step.eose(), step.waitClose()],
    ],
  });
  await same(t, [relay], ['req', '-k', '1', '--retry', '3'], { lines: 1 });
});

test('ids of subscriptions may differ, and what was not recorded is told and refused', async t => {
  const folder = await Folder.open(t);
  const relay = await startNost();
  await fill(relay, NOTES.slice(0, 2));
  await folder.nost(['req', '-k', '1', '--record', 'session.jsonl', relay.url]);
  await relay.close();
  const replay = await folder.replay('--port', '0');
  const client = await RawClient.connect(replay.urls[0]!);
  client.send(['REQ', 'm"ine', { kinds: [7] }]);
  assert.deepEqual(await client.nextLike('EOSE', 'm"ine'), ['EOSE', 'm"ine']);
  client.send(['REQ', 'more', { kinds: [1] }]);
  assert.deepEqual(await client.nextLike('CLOSED', 'more'), [
    'CLOSED',
    'more',
    'error: the recording has no answer to this',
  ]);
  await client.close();
  const log = await replay.end();
  assert.match(
    log,
    /connection 1: \["REQ","m\\"ine",\{"kinds":\[7\]\}\] came, where line 3 has \["REQ","nost1"/,
  );
  assert.match(log, /connection 1: \["REQ","more",\{"kinds":\[1\]\}\] is not in the recording/);
});

test("a recording is its owner's alone, and holds no secret", async t => {
  const folder = await Folder.open(t);
  const secret = 'nsec1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqsmhltgl';
  const relay = await startScriptedRelay([
    step.expectFrame('REQ'),
    step.notice(`your key is ${secret} and the token is t0k3n-t0k3n`),
    step.eose(),
    step.waitClose(),
  ]);
  const header = ['-H', 'Authorization: Bearer t0k3n-t0k3n'];
  await folder.nost(['req', '--record', 'session.jsonl', ...header, relay.url]);
  await relay.close();
  const recording = await readFile(folder.file('session.jsonl'), 'utf8');
  assert.match(recording, /your key is \[redacted\] and the token is \[redacted\]/);
  assert.equal((await stat(folder.file('session.jsonl'))).mode & 0o777, 0o600);
});

test('a signal leaves a whole recording, and so does a failure', async t => {
  const folder = await Folder.open(t);
  const relay = await startNost();
  await fill(relay, NOTES.slice(0, 1));
  const child = folder.spawn(['req', '--stream', '--record', 'session.jsonl', relay.url]);
  await once(child.stdout, 'data');
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [null, 'SIGTERM']);
  await relay.close();
  const lines = (await readFile(folder.file('session.jsonl'), 'utf8')).split('\n');
  assert.match(lines.at(-2)!, /"what":"closed","by":"client"/);
  const failed = await folder.nost(['req', '--record', 'session.jsonl', relay.url]);
  assert.equal(failed.exit, 5);
  assert.match(await readFile(folder.file('session.jsonl'), 'utf8'), /"what":"failed"/);
});

test('a recording that cannot be written is told: 7', async t => {
  const folder = await Folder.open(t);
  const relay = await startNost();
  const full = await folder.nost(['req', '--record', '/dev/full', relay.url]);
  assert.equal(full.exit, 7);
  assert.match(full.stderr, /--record: cannot write "\/dev\/full": no space left on device/);
  const closed = await folder.nost(['req', '--record', '/dev/full', 'ws://127.0.0.1:1']);
  assert.equal(closed.exit, 7);
  const folderItself = await folder.nost(['req', '--record', folder.path, relay.url]);
  assert.match(folderItself.stderr, /it is a folder/);
  const dash = await folder.nost(['req', '--record', '-', relay.url]);
  assert.deepEqual([dash.exit, dash.stdout], [2, '']);
  await relay.close();
});

test('a file that is no recording is told with its line: 7', async t => {
  const folder = await Folder.open(t);
  const head = '{"nost_recording":1}\n';
  const open = '{"at":1,"connection":1,"relay":"ws://a.com","what":"open"}\n';
  const bad: Readonly<Record<string, RegExp>> = {
    '': /it is empty/,
    '{}\n': /line 1 is not the first line of a recording/,
    [`{"nost_recording":2}\n${open}`]: /it is a recording of version 2; this nost plays version 1/,
    [head]: /there is no relay in "session.jsonl"/,
    [`${head}${open}nonsense\n${open}`]: /line 3: it is no JSON object/,
    [`${head}{"at":-1,"connection":1,"relay":"ws://a.com","what":"open"}\n`]: /line 2: "at" is no time/,
    [`${head}${open.replace('open', 'dance')}`]: /line 2: "what" is none of/,
    [`${head}${open}${open.replace('a.com', 'b.com')}`]:
      /line 3: the connection of line 2 is to another relay/,
    [`${head}{"at":1,"connection":1,"relay":"https://a.com/x","what":"request","method":"GET","path":"/x"}\n`]:
      /there is no relay/,
  };
  for (const [content, message] of Object.entries(bad)) {
    await writeFile(folder.file('session.jsonl'), content);
    const { exit, stderr, stdout } = await folder.nost(['serve', '--port', '0', '--replay', 'session.jsonl']);
    assert.match(stderr, message);
    assert.deepEqual([exit, stdout], [7, '']);
  }
});

test('the cut last line of a killed recorder is left out', async t => {
  const folder = await Folder.open(t);
  const open = '{"at":1,"connection":1,"relay":"ws://a.com","what":"open"}\n';
  await writeFile(folder.file('session.jsonl'), `{"nost_recording":1}\n${open}{"at":2,"conn`);
  const replay = await folder.replay('--port', '0');
  assert.match(await replay.end(), /the last line of "session.jsonl" is cut, and left out/);
});

test('with --json and several relays each line names the recorded URL', async t => {
  const folder = await Folder.open(t);
  const open = (number: number, host: string) =>
    `{"at":1,"connection":${number},"relay":"wss://${host}","what":"open"}\n`;
  await writeFile(
    folder.file('session.jsonl'),
    `{"nost_recording":1}\n${open(1, 'a.com')}${open(2, 'b.com')}`,
  );
  const replay = await folder.replay('--port', '0', '--json');
  const told = replay.urls.map(line => JSON.parse(line));
  assert.deepEqual(
    told.map(({ recorded }) => recorded),
    ['wss://a.com', 'wss://b.com'],
  );
  assert.match(told[1].url, /^ws:\/\/127\.0\.0\.1:\d+\/2$/);
  await replay.end();
});

test('a socket that ends after the command writes nothing into a closed file', async t => {
  const folder = await Folder.open(t);
  const relay = await startNost();
  const { exit, stderr } = await folder.nost(['relay-wait', '--record', 'session.jsonl', relay.url]);
  await relay.close();
  assert.deepEqual([exit, stderr], [0, '']);
});
