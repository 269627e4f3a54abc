import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  canonicalIp,
  checkManagementCall,
  InvalidManagement,
  isManagementMethod,
  MANAGEMENT_METHODS,
  parseManagementCall,
  parseManagementResponse,
} from '../../../src/protocol/nip86.ts';

const PUBKEY = 'ab'.repeat(32);
const request = (value: unknown) => checkManagementCall(parseManagementCall(JSON.stringify(value)));
const refused = (value: unknown, reason: RegExp) =>
  assert.throws(
    () => request(value),
    (error: Error) =>
      error instanceof InvalidManagement && reason.test(error.message) && error.message.length < 300,
  );

/** A value for each kind of parameter. */
const VALUES = {
  pubkey: PUBKEY,
  event: PUBKEY,
  kind: 1,
  ip: '1.2.3.4',
  text: 'x',
  'text?': 'y',
  'number?': 3,
};

describe('a request', () => {
  for (const [method, types] of Object.entries(MANAGEMENT_METHODS)) {
    test(`for ${method} is taken with all its parameters, and without those that may be missing`, () => {
      const params = types.map(type => VALUES[type]);
      assert.deepEqual(request({ method, params }), { method, params });
      const needed = types.filter(type => !type.endsWith('?'));
      const without = request({ method, params: needed.map(type => VALUES[type]) });
      assert.deepEqual(
        without.params.filter(value => value !== undefined),
        params.slice(0, needed.length),
      );
      if (needed.length > 0) refused({ method, params: [] }, /parameter 1 must be/);
      refused({ method, params: [...params, 'more'] }, /at most/);
    });
  }

  test('has a reason or none', () => {
    for (const reason of [undefined, null, ''])
      assert.deepEqual(request({ method: 'banpubkey', params: [PUBKEY, reason] }).params, [
        PUBKEY,
        undefined,
      ]);
  });

  for (const [value, reason] of [
    [[], /JSON object/],
    [null, /JSON object/],
    [{}, /method must be a string/],
    [{ method: 7 }, /method must be a string/],
    [{ method: 'banpubkey', params: {} }, /params must be an array/],
    [{ method: 'banpubkey', params: [PUBKEY.toUpperCase()] }, /64 lower-case hex/],
    [{ method: 'banpubkey', params: [PUBKEY, 7] }, /parameter 2 must be a text/],
    [{ method: 'banpubkey', params: [PUBKEY, 'x'.repeat(5001)] }, /at most 5000 characters/],
    [{ method: 'allowkind', params: [65_536] }, /kind from 0/],
    [{ method: 'allowkind', params: [1.5] }, /kind from 0/],
    [{ method: 'blockip', params: ['localhost'] }, /IP address/],
    [{ method: 'blockip', params: [127] }, /IP address/],
    [{ method: 'createrole', params: ['a', 'b', 'c', 'd', 'e'] }, /a number/],
    [{ method: '__proto__', params: [] }, /unknown method/],
    [{ method: 'x'.repeat(5000), params: [] }, /unknown method/],
  ] as [unknown, RegExp][]) {
    test(`${JSON.stringify(value).slice(0, 70)} is refused`, () => refused(value, reason));
  }

  test('that is no JSON, or is nested deeply, is refused', () => {
    assert.throws(() => parseManagementCall('{'), InvalidManagement);
    assert.throws(() => parseManagementCall('['.repeat(100_000)), InvalidManagement);
    const deep = `{"method":"banpubkey","params":[${'['.repeat(3000)}${']'.repeat(3000)}]}`;
    assert.throws(() => checkManagementCall(parseManagementCall(deep)), InvalidManagement);
  });
});

test('methods of an object are none of NIP-86', () => {
  for (const name of ['constructor', 'toString', '__proto__', '']) assert.ok(!isManagementMethod(name));
});

describe('an IP address', () => {
  for (const [text, canonical] of [
    ['1.2.3.4', '1.2.3.4'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::ffff:0102:0304', '1.2.3.4'],
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['FE80::1%eth0.1', 'fe80::1'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
  ] as const) {
    test(`${text} is ${canonical}`, () => assert.equal(canonicalIp(text), canonical));
  }

  for (const text of [
    '',
    '1',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4.5',
    '0x1.2.3.4',
    ':',
    ':::',
    '1::2::3',
  ])
    test(`${JSON.stringify(text)} is none`, () => assert.equal(canonicalIp(text), undefined));

  test('with a path, a port, a user or brackets is none', () => {
    for (const text of ['::1/x', '[::1]', '1.2.3.4:80', '::1]:80', 'a@1.2.3.4', '1.2.3.4/8'])
      assert.equal(canonicalIp(text), undefined);
  });
});

describe('a response', () => {
  test('has a result or an error', () => {
    assert.deepEqual(parseManagementResponse('{"result":[1]}'), { result: [1] });
    assert.deepEqual(parseManagementResponse('{"result":null,"error":"no"}'), { error: 'no' });
    assert.deepEqual(parseManagementResponse('{"result":false,"error":""}'), { result: false });
  });

  test('that has neither is refused', () => {
    for (const text of ['', '{}', '[]', '{"error":""}', '{"error":7}', '"x"'])
      assert.throws(() => parseManagementResponse(text), InvalidManagement);
  });
});
