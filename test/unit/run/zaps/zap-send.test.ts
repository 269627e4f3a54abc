// `zap send` in a town: whom it pays, what it asks of their provider, and which invoices it refuses.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { validateZapRequest } from 'nostr-tools/nip57';
import { parseInvoice } from '../../../../src/protocol/bolt11.ts';
import { encodeEntity } from '../../../../src/protocol/nip19.ts';
import { PEOPLE } from '../../../support/town.ts';
import { PREIMAGE, type WebManners } from '../../../support/town-web.ts';
import { ZapWorld } from '../../../support/zap-world.ts';

const { ann, cat, dan, eve } = PEOPLE;

/** The zap request that the provider got. */
const requestOf = (asked: readonly string[]) =>
  JSON.parse(new URL(asked.at(-1)!, 'https://town').searchParams.get('nostr')!);

let world: ZapWorld;
before(async () => {
  world = await ZapWorld.start();
});
after(() => world.close());
beforeEach(() => world.behave({}));

describe('zap send', () => {
  test('prints a checked invoice for a person, by key or by name', async () => {
    const { lines, failure } = await world.run('zap', 'send', ann.publicKey, '21', '-m', 'good bread');
    assert.equal(failure, undefined);
    assert.equal(parseInvoice(lines[0]!).amountMsat, 21_000);
    const request = requestOf(world.town.web.asked);
    assert.equal(validateZapRequest(JSON.stringify(request)), null);
    assert.equal(request.pubkey, PEOPLE.ben.publicKey);
    assert.equal(request.content, 'good bread');
    const tag = (name: string) => request.tags.find((tag: string[]) => tag[0] === name)?.slice(1);
    assert.deepEqual(tag('relays'), [world.town.urls.index, world.town.urls.north]);
    assert.deepEqual([tag('p'), tag('amount'), tag('e')], [[ann.publicKey], ['21000'], undefined]);
    const named = await world.run('zap', 'send', `ann@${world.town.web.host}`, '1000msat');
    assert.equal(parseInvoice(named.lines[0]!).amountMsat, 1000);
  });

  test('zaps an event, and whoever shares it gets an invoice each', async () => {
    const [note] = world.town.seeds.north.filter(({ kind }) => kind === 1);
    const code = `30023:${ann.publicKey}:rye`;
    const article = await world.run('zap', 'send', code, '21');
    assert.equal(article.failure, undefined);
    assert.equal(article.stderr.match(/also asked, where/g)?.length, 1, article.stderr);
    const { tags } = requestOf(world.town.web.asked);
    assert.deepEqual(tags.slice(-2), [
      ['a', code],
      ['k', '30023'],
    ]);
    assert.equal(tags.at(-3)[0], 'e');
    const shared = PEOPLE.ben.sign({
      tags: [
        ['zap', ann.publicKey, world.town.urls.index, '3'],
        ['zap', cat.publicKey, '', '0'],
        ['e', note!.id],
      ],
    });
    await world.town.add('north', shared);
    const share = await world.run(
      'zap',
      'send',
      encodeEntity({ type: 'note', id: shared.id }),
      '8',
      '--relay',
      world.town.urls.north,
    );
    assert.deepEqual(
      share.lines.map(line => parseInvoice(line).amountMsat),
      [8000],
    );
    assert.deepEqual(requestOf(world.town.web.asked).tags.at(-1), ['k', '1']);
  });

  const WRONG: readonly [what: string, manners: WebManners, failure: string, stderr: RegExp][] = [
    [
      'another amount',
      { invoiceAmount: 22_000 },
      'refused wrong_invoice',
      /of 22000 msat, not of 21000 msat/,
    ],
    ['another request', { described: '{}' }, 'refused wrong_invoice', /for another request/],
    ['the testnet', { network: 'lntb' }, 'refused wrong_invoice', /for testnet/],
    ['the past', { invoiceTime: 1_700_000_000 }, 'refused wrong_invoice', /expired/],
    ['no zaps', { pay: { allowsNostr: false } }, 'refused no_zaps', /no zaps \(allowsNostr\)/],
    ['no key', { pay: { nostrPubkey: undefined } }, 'refused no_zaps', /no valid key .*nostrPubkey/],
    ['a key in upper case', { pay: { nostrPubkey: 'AB'.repeat(32) } }, 'refused no_zaps', /no valid key/],
    ['more', { pay: { minSendable: 22_000 } }, 'refused no_zaps', /no less than 22 sat: not 21 sat/],
    ['less', { pay: { maxSendable: 20_500 } }, 'refused no_zaps', /no more than 20500 msat/],
    [
      'bounds that exclude all',
      { pay: { minSendable: 9, maxSendable: 8 } },
      'refused lnurl',
      /takes no amount/,
    ],
    ['http', { pay: { callback: 'http://127.0.0.1/' } }, 'refused lnurl', /not an https URL/],
    [
      'a page',
      { answers: reply(200, '<html>', { 'content-type': 'text/html' }) },
      'refused lnurl',
      /not JSON/,
    ],
    ['a flood', { answers: reply(200, 'x'.repeat(1_100_000)) }, 'refused lnurl', /larger than 1048576/],
    ['a way to http', { answers: moved('http://127.0.0.1/') }, 'refused lnurl', /redirects to "http/],
    [
      'a circle',
      { answers: moved('/.well-known/lnurlp/ann') },
      'refused lnurl',
      /it redirects again and again/,
    ],
    [
      'a reason beside a status',
      { answers: reply(400, '{"status":"ERROR","reason":"not to you"}') },
      'refused lnurl',
      /the provider says: "not to you"/,
    ],
    ['a status without a reason', { answers: reply(500, '{"status":"x"}') }, 'refused lnurl', /HTTP 500/],
    ['a status and a flood', { answers: reply(500, 'x'.repeat(1_100_000)) }, 'refused lnurl', /HTTP 500/],
    [
      'a reason',
      { answers: reply(200, '{"status":"ERROR","reason":"closed today"}') },
      'refused lnurl',
      /closed today/,
    ],
  ];
  for (const [what, manners, failure, stderr] of WRONG)
    test(`refuses a provider that offers ${what}`, async () => {
      world.behave(manners);
      const ended = await world.run('zap', 'send', ann.publicKey, '21');
      assert.deepEqual([ended.failure, ended.lines], [failure, []], ended.stderr);
      assert.match(ended.stderr, stderr);
    });

  test('does not wait for ever, nor for one that drips', async () => {
    world.behave({ hangs: true });
    const wait = ['--relay-timeout', '2s'];
    assert.equal((await world.run('zap', 'send', ann.publicKey, '21', ...wait)).failure, 'timeout lnurl');
    world.behave({
      answers: (_path, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(' '), 50);
        response.on('close', () => clearInterval(timer));
        return true;
      },
    });
    assert.equal((await world.run('zap', 'send', ann.publicKey, '21', ...wait)).failure, 'timeout lnurl');
  });

  test('follows a few redirects, but not into the own network', async () => {
    world.behave({
      answers: (path, response) => {
        if (!path.endsWith('/lnurlp/ann')) return false;
        return moved('/.well-known/lnurlp/eve')(path, response);
      },
    });
    assert.equal((await world.run('zap', 'send', ann.publicKey, '21')).failure, undefined);
    const { failure, stderr } = await world.runBare('zap', 'send', ann.publicKey, '21');
    assert.equal(failure, 'unreachable lnurl');
    assert.match(stderr, /127\.0\.0\.1 is not a public address \(--allow-private\)/);
  });

  test('says what keeps somebody from being zapped', async () => {
    const before = world.town.web.asked.length;
    const send = (...words: string[]) => world.run('zap', 'send', ...words);
    const dans = await send(dan.publicKey, '21');
    assert.deepEqual(
      [dans.failure, /names no lightning address/.test(dans.stderr)],
      ['refused no_zaps', true],
    );
    assert.equal((await send(eve.publicKey, '21')).failure, 'refused no_zaps');
    assert.equal((await send(cat.publicKey, '21')).failure, 'refused lnurl');
    assert.equal((await send('ab'.repeat(32), '21')).failure, 'refused not_found');
    for (const amount of ['0', '1.5', '21 sat', '-1', '1.2345', '21btc', '1e3'])
      assert.equal((await send(ann.publicKey, amount)).failure, 'usage bad_value', amount);
    const invoice = await send('lnbc210n1pvjluez', '21');
    assert.equal(invoice.failure, 'usage bad_value');
    assert.match(invoice.stderr, /names nobody of Nostr\n +WHO is an npub, /);
    const unnamed = await send(`zed@${world.town.web.host}`, '21');
    assert.equal(unnamed.failure, 'refused no_such_name');
    assert.match(unnamed.stderr, /A lightning address may be another/);
    const half = await send(ann.publicKey, '1.5sat');
    assert.match(half.stderr, /a part of a satoshi is written in msat, 1500msat/);
    assert.equal((await send(ann.publicKey, '21', '--wallet', 'x')).failure, 'usage bad_value');
    assert.equal((await send(ann.publicKey, '21', '--pay')).failure, 'signer no_wallet');
    const secret = `see ${PEOPLE.ben.secretHex}`;
    assert.equal((await send(ann.publicKey, '21', '-m', secret)).failure, 'usage bad_event');
    assert.equal(
      world.town.web.asked.slice(before).some(path => path.includes('nostr=')),
      false,
    );
  });
});

test('an invoice that another wallet pays is waited for with --wait', async () => {
  const waiting = world.run('zap', 'send', ann.publicKey, '21', '--wait', '20s');
  const { asked } = world.town.web;
  const before = asked.length;
  while (!asked.slice(before).some(path => path.includes('nostr='))) await setImmediate();
  const invoice = world.town.web.invoices.at(-1)!;
  const { id } = await world.town.web.settle(invoice);
  const { lines, failure, stderr } = await waiting;
  assert.deepEqual([failure, lines], [undefined, [invoice]]);
  assert.ok(stderr.includes(`paid: 21 sat; the receipt is ${id}`));
  const never = await world.run('zap', 'send', ann.publicKey, '21', '--wait', '100ms');
  assert.deepEqual([never.failure, never.lines.length], ['timeout timeout', 1]);
  assert.match(never.stderr, /no receipt came within 0.1 s\n +It may have been paid all the same/);
});

describe('zap send --pay', () => {
  test('pays once, proves it by the preimage, and waits for the receipt', async () => {
    const wallet = await world.wallet();
    const { lines, failure, stderr } = await world.run('zap', 'send', ann.publicKey, '21', '--pay');
    assert.equal(failure, undefined, stderr);
    const { invoice, amount_msat, paid, preimage, receipt } = JSON.parse(lines[0]!);
    assert.deepEqual(
      { amount_msat, paid, preimage },
      { amount_msat: 21_000, paid: true, preimage: PREIMAGE },
    );
    assert.match(receipt, /^[0-9a-f]{64}$/);
    assert.deepEqual(wallet.requests, [{ method: 'pay_invoice', params: { invoice } }]);
    wallet.close();
  });

  test('a receipt that is wrong is told, and none at all is no failure', async () => {
    const onPaid = (invoice: string) => void world.town.web.settle(invoice, ['bolt11', 'lnbc1']);
    world.emptyHanded();
    await world.wallet({ onPaid });
    const { lines, failure, stderr } = await world.run(
      'zap',
      'send',
      ann.publicKey,
      '21',
      '--pay',
      '--wait',
      '500ms',
    );
    assert.deepEqual([failure, JSON.parse(lines[0]!).receipt], [undefined, null]);
    assert.match(stderr, /is not valid: bad_invoice/);
    assert.match(stderr, /do not pay again/);
  });
});

function reply(status: number, body: string, headers = {}): NonNullable<WebManners['answers']> {
  return (_path, response) => {
    response.writeHead(status, headers);
    response.end(body);
    return true;
  };
}

function moved(location: string): NonNullable<WebManners['answers']> {
  return reply(302, '', { location });
}
