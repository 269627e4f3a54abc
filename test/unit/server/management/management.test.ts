import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ManagementRequest } from '../../../../src/protocol/nip86.ts';
import { encodeHttpAuth, httpAuthTemplate } from '../../../../src/protocol/nip98.ts';
import { signEvent } from '../../../../src/protocol/signature.ts';
import {
  answerManagement,
  MAX_CALL_LENGTH,
  type Management,
} from '../../../../src/server/management/management.ts';
import { RelayRules } from '../../../../src/server/management/rules.ts';
import { UsedTokens } from '../../../../src/server/management/used-tokens.ts';
import { A, B } from '../../../support/people.ts';

const NOW = 1_700_000_000;
const URL = 'ws://127.0.0.1:7447';
const PUBKEY = 'ab'.repeat(32);

function managed(): Management & { changes: [ManagementRequest, string][] } {
  const changes: [ManagementRequest, string][] = [];
  const onChange = (request: ManagementRequest, by: string) => void changes.push([request, by]);
  return {
    rules: new RelayRules(),
    admins: new Set([A.publicKey]),
    usedTokens: new UsedTokens(),
    urls: [URL],
    now: NOW,
    onChange,
    changes,
  };
}

const bytesOf = (value: unknown) =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

/** The header by which someone signs a body. */
function signed(
  body: Uint8Array | undefined,
  { who = A, url = URL, method = 'POST', at = NOW } = {},
): string {
  return encodeHttpAuth(signEvent(httpAuthTemplate({ method, url, body }, at), who.secretKey));
}

/** Status and body of the answer to what the admin asks. */
function ask(management: Management, value: unknown): [number, unknown] {
  const body = bytesOf(value);
  const answer = answerManagement({ body, authorization: signed(body) }, management);
  return [answer.status, answer.body];
}

test('who does not manage the relay is refused before the signature is looked at', () => {
  const body = bytesOf({ method: 'supportedmethods', params: [] });
  const event = signEvent(httpAuthTemplate({ method: 'POST', url: URL, body }, NOW), B.secretKey);
  const authorization = encodeHttpAuth({ ...event, sig: '0'.repeat(128) });
  assert.equal(answerManagement({ body, authorization }, managed()).status, 403);
});

describe('a call that is sent again', () => {
  const post = (management: Management, value: unknown, at = NOW) => {
    const body = bytesOf(value);
    return answerManagement({ body, authorization: signed(body, { at }) }, management).status;
  };

  test('changes nothing a second time: what was undone since stays so', () => {
    const management = managed();
    const unban = { method: 'unbanpubkey', params: [PUBKEY] };
    assert.equal(post(management, unban), 200);
    assert.deepEqual(ask(management, { method: 'banpubkey', params: [PUBKEY, ''] }), [200, { result: true }]);
    const body = bytesOf(unban);
    const again = answerManagement({ body, authorization: signed(body) }, { ...management, now: NOW + 60 });
    assert.equal(again.status, 401);
    assert.match(JSON.stringify(again.body), /this authorization was used already/);
    assert.deepEqual([...management.rules.pubkeys.banned.keys()], [PUBKEY]);
    assert.equal(post(management, unban, NOW + 1), 200);
  });

  test('is answered when it only asks', () => {
    const management = managed();
    for (const method of ['supportedmethods', 'listbannedpubkeys']) {
      assert.equal(post(management, { method }), 200);
      assert.equal(post(management, { method }), 200);
    }
  });

  test('is not done twice by a method of our own', () => {
    const done: unknown[] = [];
    const ownMethods = new Map([['changefault', (params: readonly unknown[]) => done.push(params)]]);
    const management = { ...managed(), ownMethods };
    assert.equal(post(management, { method: 'changefault', params: ['set no-eose'] }), 200);
    assert.equal(post(management, { method: 'changefault', params: ['set no-eose'] }), 401);
    assert.equal(done.length, 1);
  });
});

test('used authorizations take bounded memory, and room comes back with time', () => {
  const used = new UsedTokens();
  const token = (i: number) => ({ id: `${i}`, created_at: NOW });
  for (let i = 0; i < 10_000; i++) assert.equal(used.take(token(i), NOW), undefined);
  assert.equal(used.take(token(10_000), NOW + 60), 'full');
  assert.equal(used.take(token(9999), NOW + 60), 'used');
  assert.equal(used.take({ id: 'late', created_at: NOW + 61 }, NOW + 61), undefined);
});

describe('a call', () => {
  test('changes a rule, which is then listed, and is told with its author', () => {
    const management = managed();
    const ban = { method: 'banpubkey', params: [PUBKEY, 'spam'] };
    assert.deepEqual(ask(management, ban), [200, { result: true }]);
    assert.deepEqual(ask(management, { method: 'listbannedpubkeys', params: [] }), [
      200,
      { result: [{ pubkey: PUBKEY, reason: 'spam' }] },
    ]);
    assert.deepEqual(management.changes, [[ban, A.publicKey]]);
  });

  for (const [add, remove, list, value, entry] of [
    ['banpubkey', 'unbanpubkey', 'listbannedpubkeys', PUBKEY, { pubkey: PUBKEY }],
    ['allowpubkey', 'unallowpubkey', 'listallowedpubkeys', PUBKEY, { pubkey: PUBKEY }],
    ['banevent', 'unbanevent', 'listbannedevents', PUBKEY, { id: PUBKEY }],
    ['allowevent', 'unallowevent', 'listallowedevents', PUBKEY, { id: PUBKEY }],
    ['blockip', 'unblockip', 'listblockedips', '::ffff:1.2.3.4', { ip: '1.2.3.4' }],
  ] as const) {
    test(`${add} and ${remove}`, () => {
      const management = managed();
      const listed = () => (ask(management, { method: list })[1] as { result: unknown }).result;
      assert.deepEqual(ask(management, { method: add, params: [value] }), [200, { result: true }]);
      assert.deepEqual(listed(), [entry]);
      assert.deepEqual(ask(management, { method: remove, params: [value] }), [200, { result: true }]);
      assert.deepEqual(listed(), []);
    });
  }

  test('puts a kind on one list alone', () => {
    const management = managed();
    ask(management, { method: 'allowkind', params: [1] });
    ask(management, { method: 'disallowkind', params: [7] });
    ask(management, { method: 'disallowkind', params: [1] });
    assert.deepEqual(ask(management, { method: 'listallowedkinds' })[1], { result: [] });
    assert.deepEqual(ask(management, { method: 'listdisallowedkinds' })[1], { result: [7, 1] });
  });

  test('changes how the relay is called', () => {
    const management = managed();
    for (const what of ['name', 'description', 'icon'])
      assert.deepEqual(ask(management, { method: `changerelay${what}`, params: [`a ${what}`] })[0], 200);
    const { name, description, icon } = management.rules;
    assert.deepEqual([name, description, icon], ['a name', 'a description', 'a icon']);
  });

  test('for the methods is told each of them, and each of them is answered', () => {
    const { result } = ask(managed(), { method: 'supportedmethods' })[1] as { result: string[] };
    assert.ok(result.includes('banpubkey') && !result.includes('supportedmethods'));
    for (const method of result) {
      const [status, answer] = ask(managed(), { method, params: [] });
      assert.equal(status, 200);
      assert.doesNotMatch(JSON.stringify(answer), /no method/);
    }
  });

  test('that fails is told why, and changes nothing', () => {
    const management = managed();
    for (const [value, reason] of [
      [{ method: 'banpubkey', params: ['x'] }, /64 lower-case hex digits/],
      [{ method: 'createrole', params: ['x'] }, /no method "createrole"; supportedmethods/],
      [{ method: 'reboot', params: [] }, /unknown method "reboot"/],
    ] as const) {
      const [status, answer] = ask(management, value);
      assert.equal(status, 200);
      assert.match((answer as { error: string }).error, reason);
    }
    assert.deepEqual(management.changes, []);
  });
});

describe('a call that is none', () => {
  const CALL = { method: 'banpubkey', params: [PUBKEY] };
  const body = bytesOf(CALL);

  for (const [name, authorization, status, reason] of [
    ['without an authorization', undefined, 401, /Authorization header/],
    ['with another scheme', 'Bearer abc', 401, /scheme must be Nostr/],
    ['with the hash of another body', signed(bytesOf({ method: 'x' })), 401, /hash of the body/],
    ['without the hash of its body', signed(undefined), 401, /payload tag is missing/],
    ['for another relay', signed(body, { url: 'ws://127.0.0.1:7448' }), 401, /u tag/],
    ['for another method', signed(body, { method: 'GET' }), 401, /method tag/],
    ['of yesterday', signed(body, { at: NOW - 86_400 }), 401, /minute/],
    ['of someone else', signed(body, { who: B }), 403, /does not manage this relay/],
  ] as [string, string | undefined, number, RegExp][]) {
    test(`${name}: ${status}`, () => {
      const management = managed();
      const answer = answerManagement({ body, authorization }, management);
      assert.equal(answer.status, status);
      assert.match((answer.body as { error: string }).error, reason);
      assert.deepEqual(management.changes, []);
    });
  }

  test('is no JSON, no UTF-8 or too long', () => {
    assert.equal(ask(managed(), '{')[0], 400);
    assert.equal(ask(managed(), '[]')[0], 400);
    const odd = Uint8Array.of(0xff, 0xfe);
    assert.equal(answerManagement({ body: odd, authorization: signed(odd) }, managed()).status, 400);
    assert.equal(ask(managed(), 'x'.repeat(MAX_CALL_LENGTH + 1))[0], 413);
  });
});

test('the URL of the relay may be written with ws or http, with a slash or none', () => {
  const body = bytesOf({ method: 'supportedmethods' });
  for (const url of [URL, `${URL}/`, 'http://127.0.0.1:7447', 'http://127.0.0.1:7447/'])
    assert.equal(answerManagement({ body, authorization: signed(body, { url }) }, managed()).status, 200);
  for (const url of ['https://127.0.0.1:7447', `${URL}//`, `${URL}/x`])
    assert.equal(answerManagement({ body, authorization: signed(body, { url }) }, managed()).status, 401);
});
