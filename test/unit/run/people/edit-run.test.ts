import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { Failure } from '../../../../src/errors.ts';
import type { EventTemplate, Tag } from '../../../../src/protocol/event.ts';
import { CommandEnd } from '../../../../src/run/command-end.ts';
import type { EditRunFlags } from '../../../../src/run/people/edit.ts';
import { editNewest } from '../../../../src/run/people/edit-run.ts';
import { whereBy } from '../../../../src/run/people/where.ts';
import { memoryStore } from '../../../../src/server/store/table-store.ts';
import { type CommandSettings, commandWorld, keyOf, NETWORK } from '../../../support/command-context.ts';
import { A, B, type Person, T0 } from '../../../support/people.ts';
import { startNost } from '../../../support/relays.ts';
import { startScriptedRelay } from '../../../support/scripted-relay.ts';
import { parseRelayScript } from '../../../support/scripted-steps.ts';
import { ask } from '../../../support/wire.ts';

const NOW = T0 + 1000;
const MUTES = 10000;

interface Settings extends CommandSettings {
  /** Relays beside that. */
  others?: readonly string[];
  /** What another client writes while the question waits. */
  meanwhile?: Partial<EventTemplate>;
  /** What happens while it waits. */
  whileAsked?: () => Promise<void>;
  flags?: Partial<EditRunFlags>;
  key?: Person;
  /** What the relay holds. */
  held?: Partial<EventTemplate> | undefined;
  verbose?: boolean;
  tag?: Tag;
}

/** Adds a tag to the mutes of A at a relay that holds them. */
async function addTag(
  t: TestContext,
  {
    flags,
    key = A,
    held,
    others = [],
    meanwhile,
    whileAsked,
    verbose,
    tag = ['word', 'spam'],
    ...settings
  }: Settings = {},
) {
  const seed = held === undefined ? [] : [A.sign({ kind: MUTES, ...held })];
  const store = memoryStore();
  const relay = await startNost({ store, seed });
  t.after(() => relay.close());
  const { context, told, end } = commandWorld({ now: () => NOW * 1000, ...settings });
  t.after(end);
  const { promptLine } = context.keys;
  if (meanwhile || whileAsked)
    context.keys.promptLine = async (...question) => {
      if (meanwhile) await store.add([A.sign({ kind: MUTES, ...meanwhile })]);
      await whileAsked?.();
      return promptLine(...question);
    };
  if (verbose) context.log.settings = { ...context.log.settings, verbosity: 'verbose' };
  const all: EditRunFlags = { ...NETWORK, relay: [relay.url, ...others], ...flags };
  const commandEnd = new CommandEnd(context.deadline);
  const where = await whereBy(context, all, { end: commandEnd });
  const fault = await editNewest(
    context,
    {
      subject: { author: A.publicKey, kind: MUTES },
      noun: 'mute list',
      merge: (current = { tags: [], content: '' } as never) => ({
        tags: [...current.tags, tag],
        content: current.content,
      }),
    },
    { flags: all, where, key: keyOf(key), end: commandEnd },
  ).then(
    () => undefined,
    error => error,
  );
  const { events } = await ask(relay.url, { filters: [{ kinds: [MUTES] }] });
  return { fault, events, seed, ...told };
}

describe('an edit', () => {
  const held = { tags: [['p', B.publicKey]], content: 'hidden', created_at: T0 };

  test('at a terminal shows what changes and where it goes, and asks', async t => {
    const { fault, events, stdout, stderr } = await addTag(t, { held, answer: 'y' });
    assert.equal(fault, undefined);
    assert.match(stderr, /^\+ \["word","spam"\]\nit goes to ws:.*\nSign and publish this\? \[y\/N\] $/);
    assert.equal(stdout, `${JSON.stringify(events[0])}\n`);
    assert.deepEqual(events[0]!.tags, [...held.tags, ['word', 'spam']]);
    assert.equal(events[0]!.content, 'hidden');
    assert.equal(events[0]!.created_at, NOW);
  });

  test('shows no more of a long line than somebody reads', async t => {
    const { stderr } = await addTag(t, { held, answer: 'n', tag: ['word', 'x'.repeat(5000)] });
    assert.match(stderr, /^\+ \["word","x{900,1000}… 4\d\d\d more characters\n/);
  });

  for (const answer of ['', 'n', 'yy'])
    test(`writes nothing when the answer is "${answer}"`, async t => {
      const { fault, events, seed } = await addTag(t, { held, answer });
      assert.ok(fault instanceof Failure);
      assert.equal(fault.code, 'not_confirmed');
      assert.deepEqual(events, seed);
    });

  test('does not ask with --yes, and asks no relay where nobody can be asked', async t => {
    assert.equal((await addTag(t, { held, flags: { yes: true } })).stderr, '');
    assert.equal((await addTag(t, { held })).fault.code, 'not_confirmed');
  });

  test('is newer than what is there, whatever the clock says', async t => {
    const same = await addTag(t, { held: { ...held, created_at: NOW }, flags: { yes: true } });
    assert.deepEqual([same.events[0]!.created_at, same.stderr], [NOW + 1, '']);
    const later = await addTag(t, { held: { ...held, created_at: NOW + 5000 }, flags: { yes: true } });
    assert.equal(later.events[0]!.created_at, NOW + 5001);
    assert.match(later.stderr, /in the future \(1700006000\).*relays may refuse it/);
    const last = await addTag(t, {
      held: { ...held, created_at: Number.MAX_SAFE_INTEGER },
      flags: { yes: true },
    });
    assert.match(last.fault.message, /none can be later/);
  });

  test('prints what it replaces with -v', async t => {
    const { stderr, seed } = await addTag(t, { held, flags: { yes: true }, verbose: true });
    assert.ok(stderr.includes(JSON.stringify(seed[0])), stderr);
  });

  test('is the first one with --create alone', async t => {
    const without = await addTag(t, { flags: { yes: true } });
    assert.deepEqual([without.fault.code, without.events], ['not_found', []]);
    assert.deepEqual((await addTag(t, { flags: { yes: true, create: true } })).events[0]!.tags, [
      ['word', 'spam'],
    ]);
  });

  test('is not signed by another key', async t => {
    const { fault, events, seed } = await addTag(t, { held, key: B, flags: { yes: true } });
    assert.match(fault.message, /cannot sign a mute list of npub1/);
    assert.deepEqual(events, seed);
  });

  test('with --dry-run is printed, and sent nowhere', async t => {
    const { stdout, stderr, events, seed } = await addTag(t, { held, flags: { dryRun: true } });
    assert.deepEqual(JSON.parse(stdout).tags, [...held.tags, ['word', 'spam']]);
    assert.match(stderr, /^it would go to ws:/);
    assert.deepEqual(events, seed);
  });

  test('does not write over what was written while the question waited', async t => {
    const newer = { tags: [['word', 'other']], created_at: T0 + 1 };
    for (const older of [held, undefined]) {
      const flags = { create: true };
      const { fault, events } = await addTag(t, { held: older, flags, answer: 'y', meanwhile: newer });
      assert.match(fault.message, /a newer mute list was written meanwhile: nothing was written/);
      assert.deepEqual(
        events.map(({ tags }) => tags),
        [newer.tags],
      );
    }
    const same = await addTag(t, { held, answer: 'y', meanwhile: { ...held, created_at: T0 - 1 } });
    assert.equal(same.fault, undefined);
  });

  test('does not write when a relay went away while the question waited: it may have a newer one', async t => {
    const other = await startNost({ store: memoryStore() });
    t.after(() => other.close());
    const { fault, events, seed } = await addTag(t, {
      held,
      others: [other.url],
      answer: 'y',
      whileAsked: () => other.close(),
    });
    assert.equal(fault.kind, 'partial');
    assert.match(fault.message, /1 of 2 relays answered, 2 were required/);
    assert.deepEqual(events, seed);
  });

  const newer = {
    'OK true': '["OK","$id",true,"duplicate: have a newer one"]',
    'OK false': '["OK","$id",false,"replaced: have newer event"]',
  };
  for (const [how, answer] of Object.entries(newer))
    test(`tells that a relay has a newer one (${how}), which another client wrote between`, async t => {
      const event = A.sign({ kind: MUTES, ...held });
      const script = parseRelayScript(
        `expect REQ\nsend ["EVENT","$sub",${JSON.stringify(event)}]\nsend ["EOSE","$sub"]\nwait-close\nconnection\nexpect EVENT\nsend ${answer}\nwait-close`,
      );
      const newerAt = async () => {
        const relay = await startScriptedRelay(script);
        t.after(() => relay.close());
        return relay.url;
      };
      const alone = await addTag(t, { flags: { relay: [await newerAt()], yes: true } });
      assert.deepEqual([alone.fault.kind, alone.stdout], ['refused', '']);
      assert.match(
        alone.fault.message,
        /a newer mute list, written meanwhile, is at ws:.*your change is not in it/,
      );
      assert.match(alone.fault.hint, /Run the same again/);
      const beside = await addTag(t, { held, others: [await newerAt()], flags: { yes: true } });
      assert.equal(beside.fault.kind, 'partial');
      assert.deepEqual(JSON.parse(beside.stdout), beside.events[0]);
    });

  test('that no relay took is to be run again: sent later as it is, it would undo what came between', async t => {
    const event = JSON.stringify(A.sign({ kind: MUTES, ...held }));
    const script = parseRelayScript(
      `expect REQ\nsend ["EVENT","$sub",${event}]\nsend ["EOSE","$sub"]\nwait-close\nconnection\nexpect EVENT\nreset`,
    );
    const relay = await startScriptedRelay(script);
    t.after(() => relay.close());
    const { fault, stdout } = await addTag(t, { flags: { relay: [relay.url], yes: true } });
    assert.deepEqual([fault.kind, stdout], ['unreachable', '']);
    assert.match(fault.hint, /Run the same again/);
    assert.doesNotMatch(fault.hint, /nost publish/);
  });

  for (const [at, kind] of [
    [NOW + 1, 'refused'],
    [NOW - 1, undefined],
  ] as const)
    test(`that a relay says it has already is looked at again (${kind ?? 'and found'})`, async t => {
      const [before, after] = [T0, at].map(created_at =>
        JSON.stringify(A.sign({ kind: MUTES, ...held, created_at })),
      );
      const reading = (event: string) =>
        `expect REQ\nsend ["EVENT","$sub",${event}]\nsend ["EOSE","$sub"]\nwait-close`;
      const relay = await startScriptedRelay(
        parseRelayScript(
          `${reading(before!)}\nconnection\nexpect EVENT\nsend ["OK","$id",true,"duplicate: already have it"]\nwait-close\nconnection\n${reading(after!)}`,
        ),
      );
      t.after(() => relay.close());
      const { fault } = await addTag(t, { flags: { relay: [relay.url], yes: true } });
      assert.equal(fault?.kind, kind);
      if (kind) assert.match(fault.message, /a newer mute list, written meanwhile, is at ws:.*not in it/);
    });

  test('asks once more where a relay failed, maybe after a long wait: another client may have written meanwhile', async t => {
    const [before, after] = [T0, T0 + 1].map(created_at =>
      JSON.stringify(A.sign({ kind: MUTES, ...held, created_at })),
    );
    const reading = (event: string) =>
      `expect REQ\nsend ["EVENT","$sub",${event}]\nsend ["EOSE","$sub"]\nwait-close`;
    const [relay, other] = await Promise.all(
      [
        `${reading(before!)}\nconnection\n${reading(after!)}`,
        'expect REQ\nsend ["CLOSED","$sub","error: x"]\nwait-close',
      ].map(script => startScriptedRelay(parseRelayScript(script))),
    );
    t.after(() => Promise.all([relay!.close(), other!.close()]));
    const { fault, stdout } = await addTag(t, {
      flags: { relay: [relay!.url, other!.url], yes: true, require: 1 },
    });
    assert.deepEqual([fault.kind, stdout], ['refused', '']);
    assert.match(fault.message, /a newer mute list was written meanwhile: nothing was written/);
  });
});
