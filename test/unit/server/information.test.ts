import assert from 'node:assert/strict';
import test from 'node:test';
import { answerHttp, informationDocument } from '../../../src/server/information.ts';
import type { WriteRules } from '../../../src/server/rules/write-rules.ts';

const URL = 'ws://127.0.0.1:7447';
const DOCUMENT = informationDocument({ auth: false, maxLimit: 5000, eoseHint: false });

const ask = (method: string, target: string, accept = '') =>
  answerHttp({ method, target, accept }, URL, DOCUMENT);

test('the document tells what the relay does and where its limits are', () => {
  assert.deepEqual(DOCUMENT['supported_nips'], [1, 9, 11, 40, 42, 45, 50, 62, 70, 77]);
  assert.ok((DOCUMENT['name'] as string).length < 30);
  const { limitation } = DOCUMENT as { limitation: Record<string, unknown> };
  assert.equal(limitation['max_message_length'], 1024 * 1024);
  assert.equal(limitation['max_subid_length'], 64);
  assert.equal(limitation['max_limit'], 5000);
  assert.equal(limitation['auth_required'], false);
});

test('authentication and the EOSE hint show in the document', () => {
  const document = informationDocument({ auth: true, maxLimit: 7, eoseHint: true, version: '1.2.3' });
  assert.deepEqual(document['supported_nips'], [1, 9, 11, 40, 42, 45, 50, 59, 62, 67, 70, 77]);
  assert.equal(document['version'], '1.2.3');
  assert.equal((document['limitation'] as { auth_required: boolean }).auth_required, true);
});

test('rules for what may be published show in the document', () => {
  const limitationOf = (rules: WriteRules) =>
    informationDocument({ auth: false, maxLimit: 7, eoseHint: false, rules })['limitation'] as object;
  assert.deepEqual(pick(limitationOf({})), [false, undefined]);
  assert.deepEqual(pick(limitationOf({ readOnly: true })), [true, undefined]);
  assert.deepEqual(pick(limitationOf({ minPow: 20 })), [true, 20]);
});

const pick = (limitation: object) =>
  ['restricted_writes', 'min_pow_difficulty'].map(key => (limitation as Record<string, unknown>)[key]);

test('the document comes to whoever asks for it, in any spelling and company', () => {
  const spellings = [
    'application/nostr+json',
    'Application/Nostr+JSON; q=0.9',
    'text/html, application/nostr+json',
  ];
  for (const accept of spellings) {
    const answer = ask('GET', '/?x=1', accept);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/nostr+json');
    assert.deepEqual(JSON.parse(answer.body), DOCUMENT);
  }
});

test('others get a page that says what this is', () => {
  for (const accept of ['', 'text/html', '*/*', 'application/json']) {
    const answer = ask('GET', '/', accept);
    assert.equal(answer.status, 200);
    assert.match(answer.headers['content-type']!, /^text\/plain/);
    assert.match(
      answer.body,
      /Nostr relay[\s\S]*ws:\/\/127\.0\.0\.1:7447[\s\S]*curl .*http:\/\/127\.0\.0\.1:7447/,
    );
  }
});

test('every answer lets browsers in, whatever the method and the path', () => {
  const answers = [
    ask('OPTIONS', '/'),
    ask('GET', '/'),
    ask('HEAD', '/'),
    ask('POST', '/'),
    ask('PUT', '/'),
    ask('GET', '/x'),
    ask('OPTIONS', '/x'),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [204, 200, 200, 415, 405, 404, 404],
  );
  for (const { headers } of answers) {
    for (const name of ['origin', 'headers', 'methods']) assert.ok(headers[`access-control-allow-${name}`]);
  }
  assert.equal(ask('PUT', '/').headers['allow'], 'GET, HEAD, OPTIONS, POST');
});
