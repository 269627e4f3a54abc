import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Failure, IoError, UsageError } from '../../../src/errors.ts';
import { PublishState } from '../../../src/run/publish-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'nost-state-'));
after(() => rmSync(folder, { recursive: true }));

const LIVING = new AbortController().signal;

let files = 0;
const fresh = () => join(folder, `${files++}.jsonl`);
const [A, B] = ['wss://a.example', 'wss://b.example'];
const [one, two, three] = ['1', '2', '3'].map(digit => digit.repeat(64)) as [string, string, string];

/** Opens a file, notes acceptances and closes it. */
async function note(path: string, ...facts: [relay: string, id: string][]): Promise<void> {
  const state = await PublishState.open(path, [A, B], LIVING);
  for (const [relay, id] of facts) state.add(relay, id);
  state.flush();
  await state.close();
}

/** Which of the ids each relay is known to have. */
async function known(path: string, relays = [A, B]): Promise<string[][]> {
  const state = await PublishState.open(path, relays, LIVING);
  try {
    return relays.map(relay => [one, two, three].filter(id => state.has(relay, id)));
  } finally {
    await state.close();
  }
}

describe('the state of a publishing', () => {
  test('is remembered for each relay, from run to run', async () => {
    const path = fresh();
    assert.deepEqual(await known(path), [[], []]);
    await note(path, [A, one], [B, one], [A, two]);
    await note(path, [B, three]);
    assert.deepEqual(await known(path), [
      [one, two],
      [one, three],
    ]);
    assert.deepEqual(await known(path, [B]), [[one, three]]);
    assert.deepEqual(await known(path, ['wss://c.example']), [[]]);
    if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  test('is a line of JSON for each relay and turn', async () => {
    const path = fresh();
    await note(path, [A, one], [A, two], [B, one]);
    assert.deepEqual(
      readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
      [
        { relay: A, accepted: [one, two] },
        { relay: B, accepted: [one] },
      ],
    );
  });

  test('loses no more than the line that a kill has torn, wherever it was torn', async () => {
    const path = fresh();
    await note(path, [A, one]);
    const whole = readFileSync(path, 'utf8');
    for (let cut = 0; cut < whole.length; cut++) {
      writeFileSync(path, whole + whole.replace(one, two).slice(0, cut));
      assert.deepEqual((await known(path))[0]![0], one);
      await note(path, [A, three]);
      const [ids] = await known(path);
      assert.deepEqual(ids, cut === whole.length - 1 ? [one, two, three] : [one, three], `cut at ${cut}`);
    }
  });

  test('may be written by two at once', async () => {
    const path = fresh();
    const states = await Promise.all([
      PublishState.open(path, [A], LIVING),
      PublishState.open(path, [A], LIVING),
    ]);
    states[0].add(A, one);
    states[1].add(A, two);
    for (const state of states) {
      state.flush();
      await state.close();
    }
    assert.deepEqual(await known(path), [[one, two], []]);
  });

  test('never goes into a file that holds something else', async () => {
    const path = fresh();
    for (const text of [`{"id":"${one}"}\n`, 'hello\n', '{"relay":"x","accepted":[]}\n[1]\n', '\xff\n']) {
      writeFileSync(path, text, 'latin1');
      await assert.rejects(PublishState.open(path, [A], LIVING), (error: Error) => {
        assert.ok(error instanceof IoError);
        assert.match(error.message, /line \d is not what --state writes/);
        return true;
      });
      assert.equal(readFileSync(path, 'latin1'), text);
    }
    await assert.rejects(PublishState.open(folder, [A], LIVING), IoError);
    await assert.rejects(PublishState.open(join(folder, 'none', 'x'), [A], LIVING), IoError);
  });

  test('is read no further when the command has ended', async () => {
    const path = fresh();
    await note(path, [A, one]);
    const passed = new Failure('timeout', '--timeout passed', { code: 'timeout' });
    await assert.rejects(PublishState.open(path, [A], AbortSignal.abort(passed)), passed);
  });

  test('is kept for so many relays and no more', async () => {
    const relays = Array.from({ length: 33 }, (_, i) => `wss://${i}.example`);
    await (await PublishState.open(fresh(), relays.slice(1), LIVING)).close();
    await assert.rejects(PublishState.open(fresh(), relays, LIVING), UsageError);
  });
});
