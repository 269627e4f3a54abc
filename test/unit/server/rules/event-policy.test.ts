// --policy, with real programs over a real relay: what they decide holds, and whatever they do wrong, each event is answered.
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { PolicySettings } from '../../../../src/policy/policy-program.ts';
import { EventPolicy } from '../../../../src/server/rules/event-policy.ts';
import { A, B } from '../../../support/people.ts';
import { RawClient } from '../../../support/raw-client.ts';
import { startNost } from '../../../support/relays.ts';

/** A program that does this for each question `q`; `say` writes an answer. */
const program = (body: string) => [
  process.execPath,
  '-e',
  `const say = value => process.stdout.write((typeof value === 'string' ? value : JSON.stringify(value)) + '\\n');
   let n = 0;
   require('readline').createInterface({ input: process.stdin }).on('line', line => {
     const q = JSON.parse(line), { event } = q, id = event.id; n++;
     ${body}
   });`,
];

async function ruled(t: TestContext, argv: readonly string[], settings: Partial<PolicySettings> = {}) {
  const told: string[] = [];
  const policy = await EventPolicy.start({
    argv,
    now: Date.now,
    tell: line => told.push(line),
    ...settings,
  });
  const { url, close } = await startNost({ policy });
  t.after(async () => {
    await close();
    await policy.close();
  });
  return { client: await RawClient.connect(url), told, url };
}

test('it accepts, rejects with its words, and rejects in the shadow', async t => {
  const { client, url } = await ruled(
    t,
    program(`const msg = event.content === 'plain' ? 'no thanks' : event.content === 'prefix' ? 'pow: more' : undefined;
             say({ id, action: event.content === 'yes' ? 'accept' : event.content === 'hide' ? 'shadowReject' : 'reject', msg });`),
  );
  const listener = await RawClient.connect(url);
  listener.send(['REQ', 's', {}]);
  await listener.nextLike('EOSE', 's');
  const answers = async (content: string, kind = 1) =>
    (await client.publish(A.sign({ content, kind }))).slice(2);
  assert.deepEqual(await answers('hide'), [true, '']);
  assert.deepEqual(await answers('plain'), [false, 'blocked: no thanks']);
  assert.deepEqual(await answers('prefix'), [false, 'pow: more']);
  assert.deepEqual(await answers('other'), [false, 'blocked: the policy of this relay does not take it']);
  assert.deepEqual(await answers('plain', 20_001), [false, 'blocked: no thanks']);
  assert.deepEqual(await answers('yes'), [true, '']);
  assert.equal((await client.query({})).length, 1);
  assert.equal((await listener.nextLike('EVENT', 's'))[2].content, 'yes');
});

test('it is told the event, when it came and where from', async t => {
  const { client } = await ruled(t, program(`say({ id, action: 'reject', msg: JSON.stringify(q) })`));
  const note = A.note('x');
  const text = (await client.publish(note))[3].replace(/^blocked: /, '');
  const { event, ...rest } = JSON.parse(text) as Record<string, unknown>;
  assert.deepEqual(event, note);
  assert.ok(Math.abs((rest['receivedAt'] as number) - Date.now() / 1000) < 60);
  assert.deepEqual([rest['type'], rest['sourceType'], rest['sourceInfo']], ['new', 'IP4', '127.0.0.1']);
});

test('many are asked about at once, and the answers may come in any order', async t => {
  const { client } = await ruled(
    t,
    program(`(globalThis.all ??= []).push(id);
             setImmediate(() => { for (const id of all.splice(0).reverse()) say({ id, action: 'accept' }); });`),
  );
  const notes = Array.from({ length: 50 }, (_, i) => A.note(`${i}`));
  for (const note of notes) client.send(['EVENT', note]);
  for (const note of notes) assert.equal((await client.nextLike('OK', note.id))[2], true);
});

for (const [what, body, reason] of [
  ['ends', 'process.exit(3)', /it ended with 3/],
  ['is killed', "process.kill(process.pid, 'SIGKILL')", /it was ended by SIGKILL/],
  ['writes what is no JSON', "say('hello')", /it wrote "hello", which is no answer/],
  ['decides something else', "say({ id, action: 'perhaps' })", /which is no answer/],
  [
    'decides on what it was not asked',
    "say({ id: 'ab'.repeat(32), action: 'accept' })",
    /which is no answer/,
  ],
  ['floods', "process.stdout.write('x'.repeat(1 << 20))", /a line of more than 65536 bytes/],
  ['is silent', 'n', /it was silent for 3 s/],
] as const) {
  test(`a program that ${what} is started again, and the event is refused`, async t => {
    const good = "if (event.content === 'good') return say({ id, action: 'accept' });";
    const { client, told } = await ruled(
      t,
      program(good + body),
      what === 'is silent' ? { patience: 3000 } : {},
    );
    for (let i = 0; i < 2; i++) {
      assert.match((await client.publish(A.note(`bad ${i}`)))[3], /^error: the policy .* it failed/);
      assert.equal((await client.publish(B.note('good', 1_700_000_000 + i)))[2], true);
    }
    assert.ok(told.length === 2 && told.every(line => reason.test(line)), told.join('\n'));
  });
}

test('a program that always fails rests after five times, and its events are refused at once', async t => {
  let now = 1_700_000_000_000;
  const { client, told } = await ruled(
    t,
    [process.execPath, '-e', 'process.stdin.once("data", () => process.exit(1))'],
    {
      now: () => now,
    },
  );
  for (let i = 0; i < 7; i++) {
    const expected = i < 5 ? /it failed/ : /it is not running/;
    assert.match((await client.publish(A.note(`${i}`)))[3], expected);
  }
  assert.equal(told.length, 5);
  assert.match(told[4]!, /it is started again in 60 s/);
  now += 60_000;
  assert.match((await client.publish(A.note('later')))[3], /it failed/);
});

test('what it writes to stderr is told, and a program that does not start is an error', async t => {
  const { client, told } = await ruled(t, program("console.error('debug'); say({ id, action: 'accept' })"));
  await client.publish(A.note('x'));
  while (!told.includes('debug')) await new Promise(resolve => setImmediate(resolve));
  await assert.rejects(EventPolicy.start({ argv: ['/nowhere/policy'], now: Date.now, tell: () => {} }), {
    code: 'policy',
    message: /--policy: "\/nowhere\/policy" cannot be started/,
  });
});
