import assert from 'node:assert/strict';
import test from 'node:test';
import {
  areRestricting,
  refusalByAll,
  rulesOf,
  type WriteRules,
} from '../../../../src/server/rules/write-rules.ts';
import { A, B } from '../../../support/people.ts';

/** Why the rules refuse an event. */
const refusal = (event: Parameters<typeof refusalByAll>[0], rules: WriteRules) =>
  refusalByAll(event, rulesOf(rules));

test('without rules everything may be published', () => {
  assert.equal(refusal(A.note('x'), {}), undefined);
  assert.equal(areRestricting({}), false);
  assert.equal(areRestricting({ minPow: 0, allowedAuthors: [], readOnly: undefined }), false);
});

test('a read-only relay takes nothing', () => {
  assert.equal(refusal(A.note('x'), { readOnly: true }), 'restricted: this relay is read-only');
  assert.equal(areRestricting({ readOnly: true }), true);
});

test('where kinds are allowed, all others are refused; what is denied is refused, also when it is allowed', () => {
  const rules = { allowedKinds: [1, 4], deniedKinds: [4] };
  assert.equal(refusal(A.note('x'), rules), undefined);
  for (const kind of [2, 4])
    assert.equal(refusal(A.sign({ kind }), rules), `blocked: kind ${kind} is not taken here`);
  assert.equal(refusal(A.sign({ kind: 2 }), { deniedKinds: [4] }), undefined);
  assert.match(refusal(A.note('x'), { allowedKinds: [4], deniedKinds: [4] })!, /^blocked: /);
  assert.equal(areRestricting(rules), true);
});

test('authors likewise', () => {
  assert.equal(refusal(A.note('x'), { allowedAuthors: [A.publicKey] }), undefined);
  assert.match(refusal(B.note('x'), { allowedAuthors: [A.publicKey] })!, /^restricted: /);
  assert.match(refusal(B.note('x'), { deniedAuthors: [B.publicKey] })!, /^blocked: /);
  assert.equal(refusal(A.note('x'), { deniedAuthors: [B.publicKey] }), undefined);
  assert.equal(areRestricting({ deniedAuthors: [B.publicKey] }), true);
});

test('work is what the nonce tag commits to, not a lucky id', () => {
  assert.equal(refusal(A.note('x'), { minPow: 8 }), 'pow: difficulty 0 is less than 8');
  const id = `00${'f'.repeat(62)}`;
  const event = (bits: string) => ({ ...A.note('x'), id, tags: [['nonce', '1', bits]] });
  assert.equal(refusal(event('8'), { minPow: 8 }), undefined);
  assert.equal(refusal(event('7'), { minPow: 8 }), 'pow: difficulty 7 is less than 8');
  assert.equal(refusal(event('9'), { minPow: 8 }), 'pow: difficulty 0 is less than 8');
  assert.equal(areRestricting({ minPow: 8 }), true);
});
