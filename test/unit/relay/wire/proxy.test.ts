import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InvalidProxy, parseProxy } from '../../../../src/relay/wire/proxy.ts';

describe("a proxy's URL", () => {
  for (const [text, shown] of [
    ['http://proxy.example:3128', 'http://proxy.example:3128'],
    ['proxy.example:3128/', 'http://proxy.example:3128'],
    ['HTTPS://proxy.example', 'https://proxy.example:443'],
    ['http://proxy.example', 'http://proxy.example:80'],
    ['socks5h://[::1]', 'socks5h://[::1]:1080'],
    ['socks5://me:secret@10.0.0.1:9050', 'socks5://10.0.0.1:9050'],
  ] as const)
    test(`${text} is shown as ${shown}`, () => assert.equal(parseProxy(text).shown, shown));

  test('has its parts, credentials decoded and IPv6 without brackets', () => {
    assert.deepEqual(parseProxy('socks5h://me:p%40ss@[::1]:9050'), {
      scheme: 'socks5h',
      host: '::1',
      port: 9050,
      credentials: { user: 'me', password: 'p@ss' },
      shown: 'socks5h://[::1]:9050',
    });
  });

  for (const text of [
    'ftp://me:hidden@x',
    'socks4://me:hidden@x',
    'http://me:hidden@',
    'http://me:hidden@x:99999',
    'http://me:hidden@x/path',
    'http://me:hidden@x?q',
    'http://me:hidden%ff@x',
    `http://hidden${'x'.repeat(256)}@x`,
    'socks5://me:hidden@a b',
  ])
    test(`is not ${text.slice(0, 40)}; the message keeps the password`, () =>
      assert.throws(
        () => parseProxy(text),
        (error: Error) => error instanceof InvalidProxy && !error.message.includes('hidden'),
      ));
});
