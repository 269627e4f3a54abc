import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isExempt, proxyFromEnvironment } from '../../../../src/relay/wire/proxy-environment.ts';

const proxyOf = (relay: string, env: Record<string, string>) =>
  proxyFromEnvironment(new URL(relay), env)?.shown;

describe('the proxy of the environment', () => {
  test('is that of the scheme, else that of all', () => {
    const env = { http_proxy: 'a:1', https_proxy: 'b:2', all_proxy: 'c:3' };
    assert.equal(proxyOf('ws://x.example', env), 'http://a:1');
    assert.equal(proxyOf('wss://x.example', env), 'http://b:2');
    assert.equal(proxyOf('wss://x.example', { all_proxy: 'socks5h://c:3' }), 'socks5h://c:3');
    assert.equal(proxyOf('ws://x.example', { https_proxy: 'b:2' }), undefined);
  });

  test('may be written in upper case, but for HTTP_PROXY, which is what a CGI gets of a header', () => {
    assert.equal(proxyOf('wss://x.example', { HTTPS_PROXY: 'b:2' }), 'http://b:2');
    assert.equal(proxyOf('ws://x.example', { ALL_PROXY: 'c:3' }), 'http://c:3');
    assert.equal(proxyOf('ws://x.example', { HTTP_PROXY: 'a:1' }), undefined);
  });

  test('is none when the variable is empty, though another is not', () =>
    assert.equal(proxyOf('wss://x.example', { https_proxy: '', ALL_PROXY: 'c:3' }), undefined));

  for (const relay of ['ws://localhost', 'ws://a.localhost:1', 'ws://127.9.9.9', 'ws://[::1]:7447'])
    test(`never stands before this machine: ${relay}`, () =>
      assert.equal(proxyOf(relay, { all_proxy: 'c:3' }), undefined));

  test('that is none is named by its variable, without what it holds', () => {
    assert.throws(
      () => proxyOf('wss://x.example', { HTTPS_PROXY: 'gopher://me:secret@x' }),
      (error: Error) => /^HTTPS_PROXY: /.test(error.message) && !/secret/.test(error.message),
    );
  });
});

describe('no_proxy', () => {
  for (const [noProxy, relay, exempt] of [
    ['*', 'wss://x.example', true],
    ['x.example', 'wss://x.example', true],
    ['X.Example.', 'wss://x.example', true],
    ['x.example', 'wss://a.x.example', true],
    ['.x.example', 'wss://a.x.example', true],
    ['*.x.example', 'wss://a.x.example', true],
    ['.x.example', 'wss://x.example', true],
    ['x.example', 'wss://ax.example', false],
    ['a, x.example b', 'wss://x.example', true],
    ['x.example:8080', 'wss://x.example:8080', true],
    ['x.example:443', 'wss://x.example', true],
    ['x.example:80', 'wss://x.example', false],
    ['10.0.0.0/8', 'ws://10.1.2.3', true],
    ['10.0.0.0/8', 'ws://11.1.2.3', false],
    ['10.0.0.0/8', 'ws://10.example', false],
    ['10.0.0.0/99', 'ws://10.1.2.3', false],
    ['fd00::/8', 'ws://[fd12::1]:1', true],
    ['fd00::/8', 'ws://10.1.2.3', false],
    ['fd12::1', 'ws://[fd12::1]', true],
    ['[fd12::1]:7', 'ws://[fd12::1]:7', true],
    ['[fd12::1]:7', 'ws://[fd12::1]:8', false],
    ['2.3', 'ws://10.1.2.3', false],
    ['', 'wss://x.example', false],
    [',. ,', 'wss://x.example', false],
  ] as const)
    test(`${JSON.stringify(noProxy)} ${exempt ? 'exempts' : 'does not exempt'} ${relay}`, () =>
      assert.equal(isExempt(new URL(relay), noProxy), exempt));
});
