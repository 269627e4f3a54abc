import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  InvalidRelayUrl,
  isRelayAlias,
  NotRelayUrl,
  normalizeRelayUrl,
  sameRelay,
} from '../../../src/protocol/relay-url.ts';

describe('normalizeRelayUrl', () => {
  for (const [text, expected] of [
    ['relay.damus.io', 'wss://relay.damus.io'],
    ['Relay.Damus.IO/', 'wss://relay.damus.io'],
    ['nos.lol:8080', 'wss://nos.lol:8080'],
    ['nos.lol:443', 'wss://nos.lol'],
    ['localhost', 'ws://localhost'],
    ['LOCALHOST:7447', 'ws://localhost:7447'],
    ['localhost:80/x', 'ws://localhost/x'],
    ['localhost.example.com', 'wss://localhost.example.com'],
    ['127.0.0.1:7447', 'ws://127.0.0.1:7447'],
    ['127.example.com', 'wss://127.example.com'],
    ['192.168.0.1', 'wss://192.168.0.1'],
    ['[::1]:7447', 'ws://[::1]:7447'],
    ['[2001:DB8::1]', 'wss://[2001:db8::1]'],
    ['ws://relay:7447', 'ws://relay:7447'],
    ['WSS://X.com', 'wss://x.com'],
    ['http://x.com', 'ws://x.com'],
    ['https://x.com:443/a/', 'wss://x.com/a/'],
    ['http://x.com:443', 'ws://x.com:443'],
    ['wss://x.com:80', 'wss://x.com:80'],
    ['wss://x.com/A?B=c', 'wss://x.com/A?B=c'],
    ['wss://x.com?a=1', 'wss://x.com/?a=1'],
    ['wss://x.com/#frag', 'wss://x.com'],
    ['wss://bücher.example', 'wss://xn--bcher-kva.example'],
    ['wss://x.com/a/../b', 'wss://x.com/b'],
  ] as const) {
    test(`${text} is ${expected}`, () => {
      assert.equal(normalizeRelayUrl(text), expected);
      assert.equal(normalizeRelayUrl(expected), expected);
    });
  }

  for (const text of [
    'ftp://x.com',
    'file:///etc/passwd',
    'wss:x.com',
    'wss://',
    'wss:///x.com',
    'wss://x.com:99999',
    'wss://x.com:0',
    'wss://x .com',
    ' wss://x.com',
    'wss://x.com\n',
    'wss://x\\.com',
    'wss://a.com,wss://b.com',
    'wss://..',
    'wss://.',
    'wss://x"y.com',
    'relay:7447',
    'foo/bar',
    '::1',
    'mailto:me@x.com',
    '[::1',
  ]) {
    test(`${JSON.stringify(text)} is refused and quoted`, () => {
      assert.throws(
        () => normalizeRelayUrl(text),
        (error: Error) =>
          error instanceof InvalidRelayUrl && !(error instanceof NotRelayUrl) && error.message.includes('"'),
      );
    });
  }

  test('credentials are refused and not repeated', () => {
    for (const text of [
      'wss://me:hunter2@x.com',
      'me:hunter2@x.com',
      'wss://hunter2@x.com/',
      'wss://@x.com',
    ]) {
      assert.throws(
        () => normalizeRelayUrl(text),
        (error: Error) => error instanceof InvalidRelayUrl && !error.message.includes('hunter2'),
      );
    }
  });

  test('a word is an alias, not a URL', () => {
    for (const text of ['damus', '@mine', '@mine.set', '', 'my-relay']) {
      assert.ok(isRelayAlias(text));
      assert.throws(() => normalizeRelayUrl(text), NotRelayUrl);
    }
  });
});

test('what is too long for a name or a server is no relay URL, and is not quoted whole', () => {
  for (const text of [`wss://${'x'.repeat(300)}.com`, `wss://x.com/${'x'.repeat(40_000)}`])
    assert.throws(
      () => normalizeRelayUrl(text),
      ({ message }: Error) => message.length < 200,
    );
  assert.ok(normalizeRelayUrl(`wss://x.com/${'x'.repeat(2000)}`));
});

describe('sameRelay', () => {
  test('looks through case, default port, the slash of an empty path and scheme spelling', () => {
    assert.ok(sameRelay('https://X.com:443/', 'x.com'));
    assert.ok(sameRelay('wss://x.com/?a', 'wss://x.com?a'));
  });

  test('tells scheme, port, path and query apart', () => {
    for (const other of [
      'ws://x.com',
      'wss://x.com:444',
      'wss://x.com/y',
      'wss://x.com/?a',
      'wss://www.x.com',
    ]) {
      assert.ok(!sameRelay('wss://x.com', other), other);
    }
  });

  test('tells a path with a slash at its end from one without', () => {
    assert.ok(!sameRelay('wss://x.com/y/', 'wss://x.com/y'));
    assert.ok(!sameRelay('wss://x.com/y//', 'wss://x.com/y/'));
  });

  test('text that is no relay is the same as nothing, even as itself', () => {
    assert.ok(!sameRelay('damus', 'damus'));
    assert.ok(!sameRelay('ftp://x.com', 'ftp://x.com'));
  });
});
