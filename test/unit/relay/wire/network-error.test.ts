import assert from 'node:assert/strict';
import test from 'node:test';
import { describeNetworkError, inSeconds, isOwnLack } from '../../../../src/relay/wire/network-error.ts';

const withCode = (code: string, message = 'x') => Object.assign(new Error(message), { code });

test('the errors of DNS, TCP, TLS and WebSocket are one plain sentence each', () => {
  assert.equal(
    describeNetworkError(withCode('ECONNREFUSED', 'connect ECONNREFUSED 1.2.3.4:5')),
    'connection refused',
  );
  assert.equal(describeNetworkError(withCode('ENOTFOUND')), 'host not found');
  assert.match(describeNetworkError(withCode('DEPTH_ZERO_SELF_SIGNED_CERT')), /^TLS failed: self-signed/);
  assert.match(describeNetworkError(withCode('WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')), /over 16 MiB/);
});

test('what Node says of an end that there is not is left out', () => {
  const emfile = withCode('EMFILE', 'connect EMFILE 127.0.0.1:7447 - Local (undefined:undefined)');
  assert.match(describeNetworkError(emfile), /^too many open files/);
  assert.equal(
    describeNetworkError(withCode('EWHAT', 'connect EWHAT 127.0.0.1:7447 - Local (0.0.0.0:0)')),
    'connect EWHAT 127.0.0.1:7447',
  );
});

test('of several addresses that failed, the first speaks', () => {
  assert.equal(
    describeNetworkError(new AggregateError([withCode('ECONNREFUSED'), withCode('EHOSTUNREACH')])),
    'connection refused',
  );
});

test('an HTTP answer instead of the handshake keeps its number', () => {
  assert.equal(
    describeNetworkError(new Error('Unexpected server response: 429')),
    'no WebSocket here: HTTP 429',
  );
});

test('an unknown error keeps its own words, one without words its code', () => {
  assert.equal(describeNetworkError(withCode('EWHAT', 'something odd')), 'something odd');
  assert.equal(describeNetworkError(withCode('EWHAT', '')), 'EWHAT');
});

test('what is left of a limit is told as people say it', () => {
  assert.deepEqual([2999, 3000, 299.4, 15_000, 1500, 3].map(inSeconds), [
    '3 s',
    '3 s',
    '0.3 s',
    '15 s',
    '1.5 s',
    '0.003 s',
  ]);
});

test('what this machine lacks is told from what a relay does', () => {
  const said = (code: string) => isOwnLack(describeNetworkError(Object.assign(new Error('x'), { code })));
  assert.deepEqual(['EMFILE', 'ENFILE', 'ECONNREFUSED', 'x'].map(said), [true, true, false, false]);
});
