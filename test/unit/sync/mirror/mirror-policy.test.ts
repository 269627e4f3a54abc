// mirror --exec, with real programs: what they decide holds, and what they do not decide waits.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { Event } from '../../../../src/protocol/event.ts';
import type { StreamEvent } from '../../../../src/protocol/stream-event.ts';
import { Gate } from '../../../../src/sync/mirror/gate.ts';
import { MirrorPolicy, type MirrorPolicySettings } from '../../../../src/sync/mirror/mirror-policy.ts';
import { A, T0 } from '../../../support/people.ts';
import { until } from '../../../support/served.ts';
import { streamed } from '../../../support/streamed.ts';

const ORIGIN = { relay: 'wss://a.example', isLive: true };

/** A program that does this for each question `q`; `say` writes an answer. */
const program = (body: string) => [
  process.execPath,
  '-e',
  `const say = value => process.stdout.write(JSON.stringify(value) + '\\n');
   let n = 0;
   require('readline').createInterface({ input: process.stdin }).on('line', line => {
     const q = JSON.parse(line), { event } = q, id = event.id; n++;
     ${body}
   });`,
];

interface World {
  policy: MirrorPolicy;
  gate: Gate;
  told: string[];
  /** The contents of those it accepts, in their order. */
  accepted(...events: Event[]): Promise<string[]>;
}

async function opened(
  t: TestContext,
  argv: readonly string[],
  settings: Partial<MirrorPolicySettings> = {},
): Promise<World> {
  const told: string[] = [];
  const signal = new AbortController().signal;
  const tell = (line: string) => told.push(line);
  const policy = await MirrorPolicy.start({
    ...{ argv, now: Date.now, tell, signal, onReject: () => {} },
    ...settings,
  });
  const gate = new Gate(policy.judge);
  t.after(() => policy.close());
  const accepted = async (...events: Event[]) =>
    (await gate.admit(events.map(streamed), ORIGIN)).map(contentOf);
  return { policy, gate, told, accepted };
}

const contentOf = (event: StreamEvent) => event.toEvent().content;

test('what it accepts passes, in its order; what it rejects, also in the shadow, does not, and is counted once', async t => {
  const words: string[] = [];
  const { gate, accepted } = await opened(
    t,
    program(`(globalThis.all ??= []).push(event);
             const actions = { no: 'reject', hide: 'shadowReject' };
             setImmediate(() => { for (const { id, content } of all.splice(0).reverse())
               say({ id, action: actions[content] ?? 'accept', msg: 'words' }); });`),
    { onReject: (event, _, text) => words.push(`${contentOf(event)} ${text}`.trim()) },
  );
  const events = ['a', 'no', 'b', 'hide', 'c'].map(content => A.note(content));
  assert.deepEqual(await accepted(...events), ['a', 'b', 'c']);
  assert.equal(gate.rejected, 2);
  assert.deepEqual(words.sort(), ['hide', 'no words']);
});

test('it is told what strfry tells, and the relay', async t => {
  const words: string[] = [];
  const { accepted } = await opened(
    t,
    program(`say({ id, action: 'reject', msg: JSON.stringify(q).slice(-200) })`),
    {
      onReject: (_event, _origin, text) => words.push(text),
      now: () => 1_700_000_000_999,
    },
  );
  await accepted(A.note('x'));
  assert.equal(
    words[0]!.slice(words[0]!.indexOf('"receivedAt"')),
    '"receivedAt":1700000000,"sourceType":"Stream","sourceInfo":"wss://a.example","relay":"wss://a.example"}',
  );
});

test('what was decided lately is not asked again', async t => {
  const { gate, accepted } = await opened(t, program(`say({ id, action: n > 2 ? 'accept' : 'reject' })`));
  const [one, two, three] = [A.note('1'), A.note('2'), A.note('3')];
  assert.deepEqual(await accepted(one, two), []);
  assert.deepEqual(await accepted(three, one, two), ['3']);
  assert.deepEqual(await accepted(three, one, two), ['3']);
  assert.equal(gate.rejected, 2);
});

test('a program that dies at every fifth event loses none of them', async t => {
  const { gate, told, accepted } = await opened(
    t,
    program(`if (n === 5) process.exit(3);
             say({ id, action: event.content.endsWith('7') ? 'reject' : 'accept' });`),
  );
  const contents = Array.from({ length: 22 }, (_, i) => `${i}`);
  const expected = contents.filter(content => !content.endsWith('7'));
  assert.deepEqual(await accepted(...contents.map(content => A.note(content))), expected);
  assert.equal(gate.rejected, 2);
  assert.match(told[0]!, /^it ended with 3, asked about [0-9a-f]{64}; it is started again$/);
});

test('where it always fails it rests, and the event waits until it is over', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'nost-policy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const works = join(folder, 'works');
  const { gate, told, accepted } = await opened(
    t,
    program(`if (!require('fs').existsSync(${JSON.stringify(works)})) process.exit(1);
             say({ id, action: 'accept' });`),
    { rest: 200 },
  );
  const waiting = accepted(A.note('x'));
  while (told.length < 5) await new Promise(resolve => setImmediate(resolve));
  assert.match(told[4]!, /it is started again in 0.2 s$/);
  assert.equal(gate.oldestUndecided, T0);
  writeFileSync(works, '');
  assert.deepEqual(await waiting, ['x']);
  assert.equal(gate.oldestUndecided, undefined);
});

test('a great many are asked about at once, and not all of them', async t => {
  const { accepted } = await opened(
    t,
    program(`(globalThis.open ??= []).push(id);
             const answer = action => open.splice(0).forEach(id => say({ id, action }));
             if (n === 256) setTimeout(() => answer(n === 256 ? 'accept' : 'reject'), 100);
             if (n === 300) answer('accept');`),
  );
  const events = Array.from({ length: 300 }, (_, i) => A.note(`${i}`));
  assert.equal((await accepted(...events)).length, 300);
});

test('whoever waits is told when it is over', async t => {
  const ending = new AbortController();
  const { policy, told, accepted } = await opened(t, program('process.exit(1)'), { signal: ending.signal });
  const waiting = accepted(A.note('x'));
  while (told.length < 5) await new Promise(resolve => setImmediate(resolve));
  ending.abort(new Error('SIGTERM'));
  await assert.rejects(waiting, /SIGTERM/);
  await policy.close();
  await assert.rejects(accepted(A.note('y')), /SIGTERM/);
});

test('a program that cannot be started is an error that names the flag', async t => {
  await assert.rejects(opened(t, ['/nowhere/program']), {
    message: /^--exec: "\/nowhere\/program" cannot be started: there is no such program/,
  });
});

test('a program that does not end when it is over is ended, with what it started', async t => {
  const { policy, told } = await opened(t, [
    'sh',
    '-c',
    `trap '' TERM; ${process.execPath} -e 'console.error(process.pid); setInterval(() => {}, 1000)'; true`,
  ]);
  while (told.length < 1) await new Promise(resolve => setImmediate(resolve));
  await policy.close();
  const isThere = () => readFileSync(`/proc/${told[0]}/stat`, 'utf8').split(') ')[1]![0] !== 'Z';
  await until(() => {
    try {
      return !isThere();
    } catch {
      return true;
    }
  });
});
