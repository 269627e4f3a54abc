import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Context } from '../../../../src/context.ts';
import type { NetworkFlags } from '../../../../src/flags/network-flags.ts';
import { parseHeader } from '../../../../src/flags/network-values.ts';
import { parseProxy } from '../../../../src/relay/wire/proxy.ts';
import { routeOf } from '../../../../src/run/network/route.ts';

/** The way that flags and variables make, what is hidden because of them, and what people are warned of. */
async function route(flags: Partial<NetworkFlags>, env: Record<string, string> = {}, times = 1) {
  const hidden: string[] = [];
  const warnings: string[] = [];
  const context = {
    env,
    hide: (text: string) => hidden.push(text),
    hideLogin: (user: string, password: string) => hidden.push(`${user}:${password}`),
    log: { warn: ({ message }: { message: string }) => warnings.push(message) },
  } as unknown as Context;
  for (let i = 1; i < times; i++) await routeOf(flags as NetworkFlags, context);
  return { route: await routeOf(flags as NetworkFlags, context), hidden, warnings };
}

describe('the way to the relays', () => {
  test('has each header as often as it was given', async () => {
    const header = ['X-A: 1', 'x-b: 2', 'x-a: 3'].map(parseHeader);
    assert.deepEqual((await route({ header })).route.headers, { 'x-a': ['1', '3'], 'x-b': ['2'] });
  });

  for (const [line, secrets] of [
    ['X-Team: operations', ['operations']],
    ['Authorization: Bearer abcdefgh', ['Bearer abcdefgh', 'abcdefgh']],
    ['Cookie: a=b; session=12345678', ['12345678']],
    [`Authorization: Basic ${Buffer.from('me:pass:word').toString('base64')}`, ['pass:word']],
  ] as const)
    test(`hides what is secret in ${line}`, async () => {
      const { hidden } = await route({ header: [parseHeader(line)] });
      for (const secret of secrets) assert.ok(hidden.includes(secret), hidden.join(' | '));
    });

  test('leaves the word "Bearer" to be seen', async () =>
    assert.ok(
      !(await route({ header: [parseHeader('Authorization: Bearer abcdefgh')] })).hidden.includes('Bearer'),
    ));

  test('warns of --insecure, once', async () => {
    assert.equal((await route({ insecure: true }, {}, 2)).warnings.length, 1);
    assert.equal((await route({})).warnings.length, 0);
  });
});

describe('the proxy to a relay', () => {
  const REMOTE = new URL('wss://relay.example');
  const LOCAL = new URL('ws://127.0.0.1:7447');
  const env = { ALL_PROXY: 'http://me:from-environment@c:3', NO_PROXY: '*.other' };

  test('is the one of --proxy for every relay, and its password is hidden', async () => {
    const made = await route({ proxy: parseProxy('http://me:pass-word@a:1') }, { ...env, NO_PROXY: '*' });
    assert.equal(made.route.proxyFor(REMOTE)?.shown, 'http://a:1');
    assert.equal(made.route.proxyFor(LOCAL)?.shown, 'http://a:1');
    assert.deepEqual(made.hidden, ['me:pass-word']);
  });

  test('is else that of the environment, its password hidden too, or none by --proxy ""', async () => {
    const made = await route({}, env);
    assert.equal(made.route.proxyFor(REMOTE)?.shown, 'http://c:3');
    assert.equal(made.route.proxyFor(LOCAL), undefined);
    assert.deepEqual(made.hidden, ['me:from-environment']);
    assert.equal((await route({ proxy: 'none' }, env)).route.proxyFor(REMOTE), undefined);
  });
});
