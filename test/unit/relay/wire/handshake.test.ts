import assert from 'node:assert/strict';
import dns, { type LookupAddress } from 'node:dns';
import { describe, type TestContext, test } from 'node:test';
import { HandshakeClock } from '../../../../src/relay/wire/handshake.ts';
import { PLAIN_ROUTE } from '../../../../src/relay/wire/route.ts';
import { ConnectError, RelaySocket, type SocketOptions } from '../../../../src/relay/wire/socket.ts';
import { TestClock } from '../../../support/clock.ts';
import { startHeld } from '../../../support/held-relay.ts';
import * as step from '../../../support/scripted-steps.ts';
import { AUTHORITY, startTlsFront } from '../../../support/tls-front.ts';
import { NOBODY, scripted } from '../../../support/wire.ts';

const PARTS = ['dns', 'tcp', 'tls', 'proxy', 'upgrade'] as const;

/** Opens a socket, and tells what the clock measured. */
async function measured(
  url: string,
  options: Partial<SocketOptions> = {},
  clock = new HandshakeClock(),
): Promise<HandshakeClock> {
  const all = { connectTimeout: 60_000, signal: new AbortController().signal, clock, ...options };
  let socket: RelaySocket | undefined;
  await RelaySocket.open(url, all, opened => {
    socket = opened;
    return { texts: () => {}, binary: () => {}, closed: () => {} };
  }).catch(error => assert.ok(error instanceof ConnectError));
  await socket?.close();
  return clock;
}

async function secured(t: TestContext): Promise<string> {
  const relay = await scripted(t, [step.waitClose()]);
  const front = await startTlsFront(Number(new URL(relay.url).port));
  t.after(() => front.close());
  return front.url;
}

describe('the parts of a handshake', () => {
  test('of an address are TCP and the upgrade; together they are the whole', async t => {
    const relay = await scripted(t, [step.waitClose()]);
    const { parts, certificateEnds } = await measured(relay.url);
    assert.deepEqual(Object.keys(parts), ['tcp', 'upgrade', 'connect']);
    assert.ok(Math.abs(parts.tcp! + parts.upgrade! - parts.connect!) < 1e-6);
    assert.equal(certificateEnds, undefined);
  });

  test('of a name over TLS are all', async t => {
    const route = { ...PLAIN_ROUTE, extraAuthorities: [AUTHORITY] };
    const { parts, certificateEnds } = await measured(await secured(t), { route });
    assert.deepEqual(Object.keys(parts), ['dns', 'tcp', 'tls', 'upgrade', 'connect']);
    const sum = PARTS.reduce((sum, part) => sum + (parts[part] ?? 0), 0);
    assert.ok(Math.abs(sum - parts.connect!) < 1e-6);
    assert.ok(certificateEnds! > Date.parse('2100-01-01') / 1000);
  });

  test('that fails are those that came to an end', async t => {
    assert.deepEqual(Object.keys((await measured(NOBODY)).parts), []);
    assert.deepEqual(Object.keys((await measured(await secured(t))).parts), ['dns', 'tcp']);
    const mute = await scripted(t, [step.hang()]);
    assert.deepEqual(Object.keys((await measured(mute.url, { connectTimeout: 100 })).parts), ['tcp']);
  });

  test('are each from the end of the one before, and none is what this process needed to begin', async t => {
    const time = new TestClock(t);
    const relay = await startHeld(t, () => time.jump(1000));
    const front = await startTlsFront(relay.port, () => time.jump(100));
    t.after(() => front.close());
    type Found = (error: null, addresses: LookupAddress[]) => void;
    t.mock.method(dns, 'lookup', (_: string, __: object, found: Found) =>
      setImmediate(() => {
        time.jump(1);
        found(null, [{ address: '127.0.0.1', family: 4 }]);
        time.jump(10); // the connection has begun
      }),
    );
    class SlowBegin extends HandshakeClock {
      override start(isTunnelled: boolean): void {
        super.start(isTunnelled);
        time.jump(500);
      }
    }
    const route = { ...PLAIN_ROUTE, extraAuthorities: [AUTHORITY] };
    const { parts } = await measured(front.url, { route }, new SlowBegin());
    assert.deepEqual(parts, { dns: 1, tcp: 10, tls: 100, upgrade: 1000, connect: 1111 });
  });
});
