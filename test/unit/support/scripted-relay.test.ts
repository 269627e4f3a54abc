import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, describe, it } from 'node:test';
import { finalizeEvent, generateSecretKey, verifyEvent } from 'nostr-tools/pure';
import WebSocket from 'ws';
import { forge, makeEvent } from '../../support/made-up-events.ts';
import {
  type ScriptedRelay,
  type ScriptedRelayOptions,
  startScriptedRelay,
} from '../../support/scripted-relay.ts';
import * as step from '../../support/scripted-steps.ts';

const relays: ScriptedRelay[] = [];
after(async () => {
  for (const relay of relays) await relay.close();
});

async function start(script: step.RelayScript, options?: ScriptedRelayOptions): Promise<ScriptedRelay> {
  const relay = await startScriptedRelay(script, options);
  relays.push(relay);
  return relay;
}

/** A client that keeps what it gets and can wait for it. */
class Client {
  readonly socket: WebSocket;
  readonly texts: string[] = [];
  readonly over: Promise<{ code: number; reason: string; error: Error | undefined }>;
  #error: Error | undefined;
  constructor(url: string, options: WebSocket.ClientOptions = {}) {
    this.socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.socket.on('message', (data, isBinary) =>
      this.texts.push(isBinary ? `binary ${(data as Buffer).toString('hex')}` : data.toString()),
    );
    this.socket.on('error', error => {
      this.#error = error;
    });
    this.over = new Promise(resolve => {
      this.socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString(), error: this.#error });
      });
    });
  }

  async open(): Promise<this> {
    await once(this.socket, 'open');
    return this;
  }

  send(frame: unknown): void {
    this.socket.send(JSON.stringify(frame));
  }

  async got(count: number): Promise<string[]> {
    while (this.texts.length < count) await once(this.socket, 'message');
    return this.texts;
  }
}

/** A client on bare TCP that has sent its handshake. */
async function rawClient(relay: ScriptedRelay): Promise<{ socket: Socket; bytes: () => Buffer }> {
  const socket = connect(relay.port, '127.0.0.1');
  let bytes = Buffer.alloc(0);
  socket.on('data', chunk => {
    bytes = Buffer.concat([bytes, chunk]);
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(
    'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  return { socket, bytes: () => bytes };
}

const event = makeEvent(1, { signed: true });
const costly = finalizeEvent(
  { kind: 1, created_at: 1, tags: [], content: '$5 for $sub' },
  generateSecretKey(),
);

describe('a scripted relay: frames', () => {
  it('answers a REQ with the subscription id it came with', async () => {
    const relay = await start([step.expectFrame('REQ'), step.sendEvent(costly), step.eose()]);
    const client = await new Client(relay.url).open();
    client.send(['REQ', 'a"b', { kinds: [1] }]);
    assert.deepEqual(await client.got(2), [
      JSON.stringify(['EVENT', 'a"b', costly]),
      JSON.stringify(['EOSE', 'a"b']),
    ]);
    assert.equal((await relay.played()).state, 'played');
    assert.deepEqual(relay.received, ['["REQ","a\\"b",{"kinds":[1]}]']);
  });

  it('passes over frames it does not expect, and takes those that came early', async () => {
    const relay = await start([step.expectFrame('EVENT', { match: /"second"/ }), step.ok(true)]);
    const client = await new Client(relay.url).open();
    client.send(['REQ', 'a', {}]);
    client.send(['EVENT', { id: '1', content: 'first' }]);
    client.send(['EVENT', { id: '2', content: 'second' }]);
    assert.deepEqual(await client.got(1), ['["OK","2",true,""]']);
    assert.equal(relay.received.length, 3);
  });

  it('sends OK out of order', async () => {
    const relay = await start([
      step.expectFrame('EVENT', { as: 'a' }),
      step.expectFrame('EVENT', { as: 'b' }),
      step.ok(false, 'blocked: no', '$b.id'),
      step.ok(true, '', '$a.id'),
    ]);
    const client = await new Client(relay.url).open();
    client.send(['EVENT', { id: '1' }]);
    client.send(['EVENT', { id: '2' }]);
    assert.deepEqual(await client.got(2), ['["OK","2",false,"blocked: no"]', '["OK","1",true,""]']);
  });

  it('echoes a captured event and filter, and knows the variables of the test', async () => {
    const relay = await start(
      [step.expectFrame('REQ'), step.send('$filter'), step.expectFrame('EVENT'), step.send('["$N",$event]')],
      { vars: { N: 'x' } },
    );
    const client = await new Client(relay.url).open();
    client.send(['REQ', 'a', { limit: 1 }]);
    client.send(['EVENT', { id: '1' }]);
    assert.deepEqual(await client.got(2), ['{"limit":1}', '["x",{"id":"1"}]']);
  });

  it('plays each connection its own steps, and the last ones again', async () => {
    const relay = await start({ perConnection: [[step.notice('first')], [step.notice('later')]] });
    for (const text of ['first', 'later', 'later']) {
      const client = new Client(relay.url);
      assert.deepEqual(await client.got(1), [`["NOTICE","${text}"]`]);
      client.socket.close();
      await client.over;
    }
    assert.equal(relay.connections.length, 3);
  });

  it('repeats steps a number of times, and until the client left', async () => {
    const relay = await start([
      step.repeat(2, step.expectFrame('REQ'), step.closed('error: no')),
      step.repeat(undefined, step.expectFrame('REQ'), step.eose()),
    ]);
    const client = await new Client(relay.url).open();
    for (const sub of ['a', 'b', 'c', 'd']) client.send(['REQ', sub, {}]);
    assert.deepEqual(await client.got(4), [
      '["CLOSED","a","error: no"]',
      '["CLOSED","b","error: no"]',
      '["EOSE","c"]',
      '["EOSE","d"]',
    ]);
    client.socket.close();
    assert.equal((await relay.played()).state, 'played');
  });

  it('sends binary frames, fragments and single bytes that the other side puts together', async () => {
    const relay = await start([
      step.binary('00ff'),
      step.fragments(3, ['NOTICE', 'whole']),
      step.drip(1, ['NOTICE', 'slow']),
    ]);
    const client = new Client(relay.url);
    assert.deepEqual(await client.got(3), ['binary 00ff', '["NOTICE","whole"]', '["NOTICE","slow"]']);
  });

  it('sends a megabyte in one frame, with a true signature', async () => {
    const relay = await start([step.expectFrame('REQ'), step.big(1_000_000)]);
    const client = await new Client(relay.url).open();
    client.send(['REQ', 'a', {}]);
    const [text] = await client.got(1);
    assert.ok(text!.length > 999_000 && text!.length < 1_001_000, String(text!.length));
    assert.ok(verifyEvent(JSON.parse(text!)[2]));
  });

  it('floods, distinct events each time, waiting for a client that is slow', async () => {
    const relay = await start([step.expectFrame('REQ'), step.flood(3000, { size: 2000 }), step.eose()]);
    const client = await new Client(relay.url).open();
    client.socket.pause();
    client.send(['REQ', 'a', {}]);
    await relay.until(({ received }) => received.length === 1);
    assert.equal(relay.connections[0]!.state, 'playing');
    client.socket.resume();
    const texts = await client.got(3001);
    assert.equal(new Set(texts).size, 3001);
  });

  it('forges: the id is the true one, the content is not', async () => {
    const relay = await start([step.expectFrame('REQ'), step.forged(event)]);
    const client = await new Client(relay.url).open();
    client.send(['REQ', 'a', {}]);
    const forgery = JSON.parse((await client.got(1))[0]!)[2];
    assert.equal(forgery.id, event.id);
    assert.equal(forgery.sig, event.sig);
    assert.notEqual(forgery.content, event.content);
  });

  it('sends what it says first in one segment with the handshake', async () => {
    const relay = await start([step.auth('early'), step.notice('too')]);
    const { socket } = await rawClient(relay);
    const [first] = await once(socket, 'data');
    assert.match(first.toString('latin1'), /^HTTP.1.1 101 .*"early".*"too"/s);
    socket.destroy();
  });

  it('pings and waits for the pong', async () => {
    const relay = await start([step.ping(), step.notice('ponged')]);
    const client = new Client(relay.url);
    assert.deepEqual(await client.got(1), ['["NOTICE","ponged"]']);
    assert.equal(relay.connections[0]!.pongs, 1);
  });
});

describe('a scripted relay: faults', () => {
  const broken: [string, step.Step, RegExp][] = [
    ['text that is not UTF-8', step.invalidUtf8(), /UTF-8/],
    ['a masked frame', step.masked('[]'), /MASK must be clear/],
    ['a reserved bit', step.rsv('[]'), /RSV1 must be clear/],
    ['an unknown opcode', step.opcode(3, '[]'), /invalid opcode 3/],
    ['a continuation of nothing', step.opcode(0, '[]'), /invalid opcode 0/],
    ['a frame of 2^62 bytes', step.raw('817f4000000000000000'), /payload length > 2\^53/],
  ];
  for (const [name, fault, complaint] of broken) {
    it(`sends ${name}, which a client refuses`, async () => {
      const relay = await start([fault]);
      const { error } = await new Client(relay.url).over;
      assert.match(error!.message, complaint);
    });
  }

  it('sends half a frame and no more', async () => {
    const relay = await start([step.half(['NOTICE', 'abcdefgh'])]);
    const { socket, bytes } = await rawClient(relay);
    await relay.played();
    socket.end();
    await once(socket, 'close');
    const body = bytes().subarray(bytes().indexOf('\r\n\r\n') + 4);
    assert.equal(body.subarray(2).toString(), '["NOTICE",');
  });

  it('closes with a code and a reason', async () => {
    const relay = await start([step.close(1008, 'go away')]);
    const { code, reason } = await new Client(relay.url).over;
    assert.deepEqual([code, reason], [1008, 'go away']);
  });

  it('ends without a close frame', async () => {
    const relay = await start([step.end()]);
    assert.equal((await new Client(relay.url).over).code, 1006);
  });

  it('resets the TCP connection', async () => {
    const relay = await start([step.ping(), step.reset()]);
    const { socket } = await rawClient(relay);
    const failed = once(socket, 'error');
    await once(socket, 'data');
    socket.write(Buffer.from('8a8000000000', 'hex')); // a masked, empty pong
    const [error] = await failed;
    assert.equal(error.code, 'ECONNRESET');
  });

  it('accepts TCP and never answers', async () => {
    const relay = await start([step.hang()]);
    const client = new Client(relay.url, { handshakeTimeout: 50 });
    assert.match((await client.over).error!.message, /handshake has timed out/);
  });

  for (const status of [400, 401, 403, 429, 503]) {
    it(`refuses the handshake with HTTP ${status}`, async () => {
      const relay = await start([step.refuse(status, { 'Retry-After': '7' }, 'no')]);
      const { socket } = new Client(relay.url);
      const [, response] = await once(socket, 'unexpected-response');
      assert.equal(response.statusCode, status);
      assert.equal(response.headers['retry-after'], '7');
      socket.terminate();
    });
  }

  it('shakes hands with the wrong key', async () => {
    const relay = await start([step.badUpgrade()]);
    assert.match((await new Client(relay.url).over).error!.message, /Sec-WebSocket-Accept/);
  });

  it('leaves pings unanswered', async () => {
    const relay = await start([step.noPong(), step.notice('deaf'), step.expectFrame('CLOSE')]);
    const client = new Client(relay.url);
    await client.got(1);
    client.socket.on('pong', () => assert.fail('a pong'));
    client.socket.ping();
    client.send(['CLOSE', 'a']);
    await relay.played();
    assert.equal(relay.connections[0]!.pings, 1);
    client.socket.terminate();
  });

  it('leaves a close unanswered, and tells its code', async () => {
    const relay = await start([step.ignoreClose(), step.waitClose()]);
    const client = await new Client(relay.url).open();
    client.socket.close(1000);
    const connection = await relay.played();
    assert.equal(connection.closeCode, 1000);
    assert.equal(client.socket.readyState, WebSocket.CLOSING);
    client.socket.terminate();
  });

  it('stops reading, so that the client cannot write', async () => {
    const relay = await start([step.expectFrame('REQ'), step.stopReading()]);
    const client = await new Client(relay.url).open();
    client.send(['REQ', 'a', {}]);
    await relay.played();
    for (let sent = 0; sent < 16; sent++) client.socket.send('x'.repeat(1 << 20));
    await new Promise(resolve => setImmediate(resolve));
    assert.ok(client.socket.bufferedAmount > 0);
    assert.equal(relay.received.length, 1);
    client.socket.terminate();
  });
});

describe('a scripted relay: its own manners', () => {
  it('tells when the client left before the steps were through', async () => {
    const relay = await start([step.expectFrame('AUTH')]);
    const client = await new Client(relay.url).open();
    client.socket.close();
    await assert.rejects(relay.played(), /interrupted: .*AUTH.*the client left/);
  });

  it('tells a step that cannot be done, with the step', async () => {
    const relay = await start([step.eose('$nobody.sub')]);
    const client = await new Client(relay.url).open();
    await assert.rejects(relay.played(), /failed: .*nobody.* has no value/);
    client.socket.terminate();
  });

  it('says what it received when a condition does not come true', async () => {
    const relay = await start([]);
    const client = await new Client(relay.url).open();
    client.send(['REQ', 'a', {}]);
    await relay.until(({ received }) => received.length === 1);
    await assert.rejects(
      relay.until(() => false, 10),
      /not so within 10 ms.*connection 0: played.*\["REQ","a",\{\}\]/s,
    );
    client.socket.terminate();
  });

  it('answers NIP-11 when it has a document, 404 when not, and counts no connection', async () => {
    const relay = await start({ perConnection: [[]], http: step.info({ name: 'x' }) });
    const http = relay.url.replace('ws', 'http');
    assert.deepEqual(await (await fetch(http)).json(), { name: 'x' });
    const bare = await start([]);
    assert.equal((await fetch(bare.url.replace('ws', 'http'))).status, 404);
    assert.deepEqual([relay.connections.length, relay.httpRequests], [0, 1]);
  });

  it('makes each forgery fail verification, and only that', () => {
    assert.ok(verifyEvent({ ...event }));
    for (const how of ['content', 'sig', 'id', 'pubkey'] as const) {
      assert.ok(!verifyEvent(forge(event, how)), how);
    }
  });

  it('makes the events of a flood the same each time, in seconds as dense as asked', () => {
    assert.deepEqual(makeEvent(3), makeEvent(3));
    assert.deepEqual(
      [0, 1, 2].map(i => makeEvent(i, { created_at: 10, perSecond: 2 }).created_at),
      [10, 10, 11],
    );
  });
});

describe('the text form of a relay script', () => {
  it('reads each kind of line', () => {
    const text = `
      info {"name":"x"}
      connection
      # a comment
      refuse 429 Retry-After: 1
      connection
      expect REQ /"kinds":\\[1\\]/ as a
      send ["EOSE","$a.sub"]
      forged CONTENT $E
      flood 10 kind=7 signed=true
      fragments 3 ["x"]
      drip 5ms ["x"]
      delay 2s
      close 1008 go away
      repeat 2
        ping nowait
        repeat
          end
        end-repeat
      end-repeat
      opcode 3 x
      rsv x
      wait-close`;
    assert.deepEqual(step.parseRelayScript(text), {
      http: step.info({ name: 'x' }),
      perConnection: [
        [step.refuse(429, { 'Retry-After': '1' })],
        [
          step.expectFrame('REQ', { match: /"kinds":\[1\]/, as: 'a' }),
          step.eose('$a.sub'),
          step.forged('$E'),
          step.flood(10, { kind: 7, signed: true }),
          step.fragments(3, ['x']),
          step.drip(5, ['x']),
          step.delay(2000),
          step.close(1008, 'go away'),
          step.repeat(2, step.ping(false), step.repeat(undefined, step.end())),
          step.opcode(3, 'x'),
          step.rsv('x'),
          step.waitClose(),
        ],
      ],
    });
  });

  it('reads what plain HTTP requests get', () => {
    assert.deepEqual(step.parseRelayScript('http 500 text/html <b> no').http, {
      status: 500,
      type: 'text/html',
      body: '<b> no',
    });
    assert.equal(step.parseRelayScript('http hang').http, 'hang');
  });

  it('names the line it cannot read', () => {
    assert.throws(() => step.parseRelayScript('eose\n'), /line 1: unknown step "eose"/);
    assert.throws(() => step.parseRelayScript('hang\ndelay long'), /line 2: a duration looks like/);
    assert.throws(() => step.parseRelayScript('repeat 2\nend'), /no `end-repeat`/);
  });
});
