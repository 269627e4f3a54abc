import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, test } from 'node:test';
import { isPrivateAddress, lookupPublic, privateHost } from '../../../../src/relay/wire/public-hosts.ts';

describe('an address', () => {
  const closed = [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.8.8.8',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:0:7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::7f00:1',
    '2001:0:7f00:1::1',
    '2002:c0a8:0001::1',
    'fc00::1',
    'fd12::1',
    'fe80::1%eth0',
    'ff02::1',
  ];
  for (const address of closed) test(`${address} is private`, () => assert.ok(isPrivateAddress(address)));

  const open = [
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '128.0.0.1',
    '172.32.0.0',
    '192.169.0.1',
    '223.255.255.255',
    '2606:4700::1111',
    '2001:4860:4860::8888',
    '::ffff:0:101:101',
    '::ffff:1.1.1.1',
    '64:ff9b::101:101',
    '2002:101:101::1',
  ];
  for (const address of open) test(`${address} is public`, () => assert.ok(!isPrivateAddress(address)));
});

test('a host is refused by what is written, however it is written', () => {
  const refused = [
    'ws://127.0.0.1',
    'ws://2130706433', // 127.0.0.1 as one number
    'ws://0x7f.1',
    'ws://[::1]:7777',
    'ws://[::ffff:127.0.0.1]',
    'ws://localhost',
    'ws://LOCALHOST.',
    'ws://localhost..',
    'ws://relay.local',
    'ws://a.localhost',
    'ws://router',
    'ws://x.onion',
  ];
  for (const url of refused)
    assert.match(privateHost(new URL(url)) ?? '', /not a public address \(--allow-private\)/, url);
  for (const url of ['wss://relay.example', 'ws://1.1.1.1', 'wss://localhost.example'])
    assert.equal(privateHost(new URL(url)), undefined, url);
});

test('a name that resolves to a private address reaches nothing', async t => {
  let connections = 0;
  const server = createServer(() => connections++).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const socket = connect({ host: 'localhost', port, lookup: lookupPublic });
  const [error] = await once(socket, 'error');
  assert.match(error.message, /localhost \(.*\) is not a public address/);
  assert.equal(connections, 0);
});
