// `relay-info --lint`: each false claim is found, with its level and the frames that show it; true ones are not blamed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Case } from '../../../src/check/case.ts';
import { CASES } from '../../../src/check/cases/all.ts';
import type { Finding } from '../../../src/check/lint/claim.ts';
import { lintRelay } from '../../../src/check/lint/lint.ts';
import { parseRelayInformation } from '../../../src/protocol/nip11.ts';
import { fetchRelayDocument } from '../../../src/relay/wire/http.ts';
import { fastSignature } from '../../../src/run/conformance/fast-signature.ts';
import { memoryStore } from '../../../src/server/store/table-store.ts';
import { makeEvent } from '../../support/made-up-events.ts';
import { type Frame, type Mutation, startMutant } from '../../support/mutant-relay.ts';
import { startNost } from '../../support/relays.ts';

/** A store with a few events. */
async function stocked() {
  const store = memoryStore();
  await store.add(Array.from({ length: 10 }, (_, i) => makeEvent(i)));
  return { store };
}

async function lint(
  url: string,
  { publishes = true, cases = [] as readonly Case[] } = {},
): Promise<Finding[]> {
  const { signal } = new AbortController();
  const waits = { connectTimeout: 60_000, timeout: 60_000, signal, route: undefined };
  const served = await fetchRelayDocument(url, waits);
  return lintRelay({
    url,
    socket: waits,
    patience: 1000,
    document: parseRelayInformation(served),
    served,
    publishes,
    cases,
    author: undefined,
    now: Math.floor(Date.now() / 1000),
    clock: Date.now,
    signId: await fastSignature(),
  });
}

/** A relay whose document says this of its limits. */
function limits(limitation: Record<string, unknown>): Mutation {
  return {
    document: document => ({
      ...document,
      limitation: { ...(document['limitation'] as object), ...limitation },
    }),
  };
}

/** A relay that refuses events of which this is true. */
function refusing(isRefused: (event: { content: string; tags: string[][]; created_at: number }) => boolean) {
  return (frame: Frame, talk: { toClient(frame: Frame): void }): Frame[] | undefined => {
    if (frame[0] !== 'EVENT' || !isRefused(frame[1])) return undefined;
    talk.toClient(['OK', frame[1].id, false, 'invalid: no']);
    return [];
  };
}

/** Answers a question with CLOSED. */
function closing(verb: string, isClosed: (frame: Frame) => boolean = () => true) {
  return (frame: Frame, talk: { toClient(frame: Frame): void }): Frame[] | undefined => {
    if (frame[0] !== verb || !isClosed(frame)) return undefined;
    talk.toClient(['CLOSED', frame[1], 'error: no']);
    return [];
  };
}

const FALSE_CLAIMS: readonly [what: string, level: Finding['level'], field: string, mutation: Mutation][] = [
  ['a name that is a number', 'error', 'name', { document: document => ({ ...document, name: 7 }) }],
  [
    'a max_limit below what a REQ brings',
    'error',
    'limitation.max_limit',
    { ...limits({ max_limit: 3 }), relay: await stocked() },
  ],
  [
    'a default_limit below what a REQ brings',
    'error',
    'limitation.default_limit',
    { ...limits({ default_limit: 2 }), relay: await stocked() },
  ],
  [
    'more subscriptions than it takes',
    'error',
    'limitation.max_subscriptions',
    { ...limits({ max_subscriptions: 5 }), toRelay: closing('REQ', ([, sub]) => /-4$/.test(sub)) },
  ],
  [
    'a limit of subscriptions that is not enforced',
    'info',
    'limitation.max_subscriptions',
    limits({ max_subscriptions: 3 }),
  ],
  [
    'longer ids than it takes',
    'error',
    'limitation.max_subid_length',
    { ...limits({ max_subid_length: 64 }), toRelay: closing('REQ', ([, sub]) => sub.length > 20) },
  ],
  [
    'ids shorter than the 64 characters of NIP-01',
    'warning',
    'limitation.max_subid_length',
    { ...limits({ max_subid_length: 32 }), toRelay: closing('REQ', ([, sub]) => sub.length > 32) },
  ],
  [
    'more filters than it takes',
    'error',
    'limitation.max_filters',
    { ...limits({ max_filters: 10 }), toRelay: closing('REQ', frame => frame.length > 10) },
  ],
  [
    'longer messages than it takes',
    'error',
    'limitation.max_message_length',
    limits({ max_message_length: 1_500_000 }),
  ],
  [
    'that AUTH is required, when it is not',
    'error',
    'limitation.auth_required',
    limits({ auth_required: true }),
  ],
  [
    'nothing of the AUTH that it requires',
    'error',
    'limitation.auth_required',
    { ...limits({ auth_required: false }), relay: { auth: true } },
  ],
  [
    'a past in which it takes nothing',
    'error',
    'limitation.created_at_lower_limit',
    {
      ...limits({ created_at_lower_limit: 86_400 }),
      toRelay: refusing(({ created_at }) => created_at < Date.now() / 1000 - 3600),
    },
  ],
  [
    'a limit of the future that is not enforced',
    'info',
    'limitation.created_at_upper_limit',
    limits({ created_at_upper_limit: 900 }),
  ],
  [
    'a longer content than it takes',
    'error',
    'limitation.max_content_length',
    { ...limits({ max_content_length: 5000 }), toRelay: refusing(({ content }) => content.length > 4000) },
  ],
  [
    'more tags than it takes',
    'error',
    'limitation.max_event_tags',
    { ...limits({ max_event_tags: 100 }), toRelay: refusing(({ tags }) => tags.length > 90) },
  ],
  [
    'proof of work that it does not want',
    'error',
    'limitation.min_pow_difficulty',
    limits({ min_pow_difficulty: 16 }),
  ],
  [
    'restricted writes, and lets anybody write',
    'warning',
    'limitation.restricted_writes',
    limits({ restricted_writes: true }),
  ],
  [
    'payment, and lets anybody write',
    'warning',
    'limitation.payment_required',
    limits({ payment_required: true }),
  ],
  ['NIP-45, and closes a COUNT', 'error', 'supported_nips.45', { toRelay: closing('COUNT') }],
  [
    'NIP-50, and closes a search',
    'error',
    'supported_nips.50',
    { toRelay: closing('REQ', ([, , filter]) => filter.search !== undefined) },
  ],
  [
    'NIP-77, and refuses a NEG-OPEN',
    'error',
    'supported_nips.77',
    {
      toRelay: ([type, sub], talk) => {
        if (type !== 'NEG-OPEN') return undefined;
        talk.toClient(['NEG-ERR', sub, 'error: no']);
        return [];
      },
    },
  ],
  [
    'nothing of NIP-1',
    'info',
    'supported_nips',
    { document: document => ({ ...document, supported_nips: [11] }) },
  ],
  [
    'another type',
    'warning',
    'http.content_type',
    { headers: headers => ({ ...headers, 'content-type': 'application/json' }) },
  ],
  ['no CORS headers', 'error', 'http.cors', { headers: headers => without(headers, /^access-control/) }],
  [
    'no CORS preflight',
    'warning',
    'http.cors_preflight',
    { headers: headers => without(headers, /^access-control-allow-origin/) },
  ],
];

function without(headers: Record<string, string>, name: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => !name.test(key)));
}

describe('relay-info --lint', () => {
  for (const [what, level, field, mutation] of FALSE_CLAIMS) {
    test(`finds a relay that claims ${what}`, async t => {
      const mutant = await startMutant(mutation);
      t.after(() => mutant.close());
      const found = await lint(mutant.url);
      const finding = found.find(each => each.field === field && each.level === level);
      assert.ok(
        finding,
        `found only: ${found.map(each => `${each.level} ${each.field} ${each.message}`).join('\n')}`,
      );
      if (field !== 'name' && field !== 'supported_nips') assert.notDeepEqual(finding.evidence, []);
    });
  }

  test('finds no error and no warning in our own relay', async t => {
    const relay = await startNost();
    t.after(() => relay.close());
    assert.deepEqual(
      (await lint(relay.url, { cases: CASES })).filter(({ level }) => level !== 'info'),
      [],
    );
  });

  test('finds a NIP that is claimed and not kept', async t => {
    const mutant = await startMutant({
      toRelay: ([type, event], talk) => {
        if (type !== 'EVENT' || event.kind !== 7) return undefined;
        talk.toClient(['OK', event.id, true, '']);
        return [];
      },
    });
    t.after(() => mutant.close());
    const kept: Case = {
      name: 'keeps-reactions',
      nip: 9,
      title: 'keeps a reaction',
      words: '',
      level: 'required',
      async run(trial) {
        const dialogue = await trial.open();
        await dialogue.plant(await trial.event({ kind: 7 }));
        if ((await dialogue.stored(trial.mine)).length === 0) trial.wrong('it is gone');
      },
    };
    const found = await lint(mutant.url, { cases: [kept] });
    const messages = found.filter(({ field }) => field === 'supported_nips.9').map(({ message }) => message);
    assert.deepEqual(messages, ['NIP-9 is claimed, but this is not so: it keeps a reaction (it is gone)']);
  });

  test('tells that a relay went away while it was looked at', async () => {
    const mutant = await startMutant({
      toRelay: ([type]) => {
        if (type === 'NEG-OPEN') gone ??= mutant.close();
        return undefined;
      },
    });
    let gone: Promise<void> | undefined;
    const passing: Case = { name: '', nip: 9, title: '', words: '', level: 'required', run: async () => {} };
    const found = await lint(mutant.url, { cases: [passing] });
    await gone;
    const { level, message } = found.find(({ field }) => field === 'supported_nips')!;
    assert.equal(level, 'error');
    assert.match(message, /^not tried: the relay is gone/);
  });

  test('ends against a relay that sends an event now and then, and never EOSE', {
    timeout: 60_000,
  }, async t => {
    const drips: NodeJS.Timeout[] = [];
    const event = makeEvent(1);
    const mutant = await startMutant({
      ...limits({ max_limit: 5000 }),
      toRelay: ([type, subId], talk) => {
        if (type === 'REQ') drips.push(setInterval(() => talk.toClient(['EVENT', subId, event]), 100));
        return type === 'REQ' ? [] : undefined;
      },
    });
    t.after(async () => {
      for (const drip of drips) clearInterval(drip);
      await mutant.close();
    });
    const found = await lint(mutant.url, { publishes: false });
    const { level, message } = found.find(({ field }) => field === 'limitation.max_limit')!;
    assert.equal(level, 'error');
    assert.match(message, /^not done in \d+ ms$/);
  });

  test('publishes nothing where it may not', async t => {
    const relay = await startNost();
    t.after(() => relay.close());
    await lint(relay.url, { publishes: false });
    assert.equal(relay.relay.stats().events, 0);
  });
});
