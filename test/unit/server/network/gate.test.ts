import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import test from 'node:test';
import { Gate } from '../../../../src/server/network/gate.ts';

const loopback = new Gate({
  address: '127.0.0.1',
  names: ['127.0.0.1', 'relay.example:443', 'Other.Example'],
  origins: ['https://app.example'],
});

test('on the loopback a host is a loopback literal, localhost, or a name that was given; ports are ignored', () => {
  for (const host of [
    '127.0.0.1',
    '127.9.8.7:1',
    '[::1]:7447',
    'localhost',
    'LOCALHOST.:80',
    'relay.example',
    'other.example:9',
  ])
    assert.equal(loopback.refusal({ host }), undefined, host);
  for (const host of [
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '192.0.2.1',
    '0.0.0.0',
    '[::2]',
    '127.0.0.1@evil.example',
    'a b',
    `${'x'.repeat(5000)}`,
    hostname(),
  ])
    assert.match(loopback.refusal({ host }) ?? '', /--allow-host/, host);
});

test('elsewhere any address is one of ours, and the name of the machine', () => {
  const open = new Gate({ address: '0.0.0.0', names: [], origins: [] });
  for (const host of ['192.0.2.1:7447', '[2001:db8::1]', 'localhost', hostname()])
    assert.equal(open.refusal({ host }), undefined, host);
  assert.match(open.refusal({ host: 'evil.example' }) ?? '', /--allow-host/);
});

test('an origin is absent, of the loopback, or one that was given; null is not absent', () => {
  const host = 'localhost';
  for (const origin of [
    undefined,
    'http://localhost:3000',
    'https://127.0.0.1',
    'http://[::1]:80',
    'https://app.example',
    'https://app.example:443',
  ])
    assert.equal(loopback.refusal({ host, origin }), undefined, origin);
  for (const origin of [
    'null',
    '',
    'https://evil.example',
    'http://app.example',
    'https://app.example:444',
    'file://',
    'http://localhost.evil.example',
    'http://localhost@evil.example',
    'chrome-extension://abc',
  ])
    assert.match(loopback.refusal({ host, origin }) ?? '', /--allow-origin/, origin);
  const all = new Gate({ address: '127.0.0.1', names: [], origins: ['*'] });
  assert.equal(all.refusal({ host, origin: 'null' }), undefined);
});
