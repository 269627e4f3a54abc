import assert from 'node:assert/strict';
import test from 'node:test';
import { isAddress, isLoopback, nameIn, originIn } from '../../../src/protocol/host-name.ts';

test('a host has one form, without its port', () => {
  for (const [host, name] of [
    ['Relay.Example:443', 'relay.example'],
    ['relay.example.', 'relay.example'],
    ['[::1]:80', '::1'],
    ['::1', '::1'],
    ['0x7f.1', '127.0.0.1'],
    ['', undefined],
    ['a b', undefined],
    ['a@b', undefined],
    ['a/b', undefined],
    ['a:b', undefined],
  ] as const)
    assert.equal(nameIn(host), name, host);
});

test('an origin is a scheme of the web, a host and a port', () => {
  assert.equal(originIn('HTTPS://App.Example:443/'), 'https://app.example');
  for (const text of ['null', '*', 'app.example', 'ftp://a', 'https://a/b', 'https://a@b', 'https://'])
    assert.equal(originIn(text), undefined, text);
});

test('addresses, and those of the loopback', () => {
  assert.deepEqual(['127.8.9.1', '::1', '::ffff:127.0.0.1', '192.0.2.1', 'localhost'].map(isLoopback), [
    ...[true, true, true],
    ...[false, false],
  ]);
  assert.deepEqual(['192.0.2.1', '::2', 'relay.example'].map(isAddress), [true, true, false]);
});
