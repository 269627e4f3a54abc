import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import {
  fetchRelayDocument,
  fetchRelayInformation,
  HttpError,
  type HttpOptions,
} from '../../../../src/relay/wire/http.ts';
import { PLAIN_ROUTE } from '../../../../src/relay/wire/route.ts';
import { TestClock } from '../../../support/clock.ts';
import { startNost } from '../../../support/relays.ts';
import * as step from '../../../support/scripted-steps.ts';
import { NOBODY, scripted } from '../../../support/wire.ts';

const bounds = (options: Partial<HttpOptions> = {}): HttpOptions => ({
  route: undefined,
  connectTimeout: 60_000,
  timeout: 60_000,
  signal: new AbortController().signal,
  ...options,
});

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const fails = (reason: HttpError['reason'], message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof HttpError, String(error));
  assert.deepEqual([error.reason], [reason], error.message);
  assert.match(error.message, message);
  return true;
};

describe('the NIP-11 document', () => {
  test('is asked for with the exact Accept that strfry wants, and comes as it was served', async t => {
    let accept: string | undefined;
    const url = await serve(t, (request, response) => {
      accept = request.headers.accept;
      response.end('{"name":7,"extra":{"a":1},"limitation":{"max_limit":500}}');
    });
    assert.deepEqual(await fetchRelayDocument(url, bounds()), {
      name: 7,
      extra: { a: 1 },
      limitation: { max_limit: 500 },
    });
    assert.equal(accept, 'application/nostr+json');
    const { name, limitation } = await fetchRelayInformation(url, bounds());
    assert.deepEqual([name, limitation], [undefined, { max_limit: 500 }]); // a name that is no text is left out
  });

  test('of our own relay is found', async t => {
    const relay = await startNost({ maxLimit: 77 });
    t.after(relay.close);
    assert.equal((await fetchRelayInformation(relay.url, bounds())).limitation?.max_limit, 77);
  });

  test('is asked for with the headers of the route, each value on its line', async t => {
    let headers: NodeJS.Dict<string[]> = {};
    const url = await serve(t, (request, response) => {
      headers = request.headersDistinct;
      response.end('{}');
    });
    const route = { ...PLAIN_ROUTE, headers: { 'user-agent': ['mine'], 'x-a': ['1', '2'] } };
    await fetchRelayDocument(url, bounds({ route }));
    assert.deepEqual([headers['user-agent'], headers['x-a']], [['mine'], ['1', '2']]);
  });

  for (const [name, body, message] of [
    ['text', '<html>', /not a NIP-11 document/],
    ['nothing', '', /not a NIP-11 document/],
    ['an array', '[1]', /no JSON object/],
    ['null', 'null', /no JSON object/],
  ] as const)
    test(`is invalid when it is ${name}`, async t => {
      const url = await serve(t, (_, response) => response.end(body));
      await assert.rejects(fetchRelayDocument(url, bounds()), fails('invalid', message));
    });

  test('is invalid when it is too deep to be written again', async t => {
    const url = await serve(t, (_request, response) => {
      response.end(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    });
    await assert.rejects(fetchRelayDocument(url, bounds()), fails('invalid', /deeper than 100 levels/));
  });

  test('may begin with a byte order mark', async t => {
    const url = await serve(t, (_, response) => response.end('\ufeff{"name":"Zürich"}'));
    assert.deepEqual(await fetchRelayDocument(url, bounds()), { name: 'Zürich' });
  });

  for (const [name, encoding, message] of [
    ['Latin-1', 'latin1', /not a NIP-11 document: not UTF-8, probably Latin-1/],
    ['UTF-16', 'utf16le', /not a NIP-11 document: UTF-16, not UTF-8/],
  ] as const)
    test(`is invalid in ${name}, and that is named`, async t => {
      const url = await serve(t, (_, response) => response.end(Buffer.from('{"name":"Zürich"}', encoding)));
      await assert.rejects(fetchRelayDocument(url, bounds()), fails('invalid', message));
    });

  test('is invalid beyond a megabyte, however much would come', async t => {
    const url = await serve(t, (_, response) => {
      const more = () => response.writable && response.write('x'.repeat(65_536), more);
      more();
    });
    await assert.rejects(fetchRelayDocument(url, bounds()), fails('invalid', /larger than/));
  });

  test('is refused by any other status; redirects are not followed', async t => {
    for (const status of [404, 500, 301, 204]) {
      const url = await serve(t, (_, response) => response.writeHead(status, { location: '/x' }).end());
      await assert.rejects(fetchRelayDocument(url, bounds()), fails('refused', new RegExp(`HTTP ${status}`)));
    }
  });

  test('is unreachable when nobody listens, and when TLS gets no answer', async t => {
    await assert.rejects(fetchRelayDocument(NOBODY, bounds()), fails('unreachable', /connection refused/));
    const relay = await scripted(t, [step.hang()]);
    const url = relay.url.replace('ws:', 'wss:');
    await assert.rejects(
      fetchRelayDocument(url, bounds({ connectTimeout: 50 })),
      fails('unreachable', /no connection within/),
    );
  });

  test('has a deadline before the answer, within it, and in the TLS handshake', async t => {
    const clock = new TestClock(t);
    const silent = await serve(t, () => clock.pass(50));
    await assert.rejects(
      fetchRelayDocument(silent, bounds({ timeout: 50 })),
      fails('timeout', /no answer within 0.05 s/),
    );
    const dripping = await serve(t, async (_, response) => {
      for (let drops = 0; drops < 8; drops++) {
        response.write(' ');
        await clock.pass(10);
      }
    });
    await assert.rejects(
      fetchRelayDocument(dripping, bounds({ timeout: 80 })),
      fails('timeout', /no answer within 0.08 s/),
    );
    const plain = (await serve(t, () => {})).replace('ws:', 'wss:');
    await assert.rejects(
      fetchRelayDocument(plain, bounds({ connectTimeout: 80 })),
      fails('unreachable', /./),
    );
  });

  test('is unreachable when the server hangs up in the middle', async t => {
    const url = await serve(t, (_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{', () => response.destroy());
    });
    await assert.rejects(fetchRelayDocument(url, bounds()), fails('unreachable', /./));
  });

  test('is given up when the signal aborts', async t => {
    const controller = new AbortController();
    const url = await serve(t, () => controller.abort());
    await assert.rejects(fetchRelayDocument(url, bounds({ signal: controller.signal })), HttpError);
  });
});
