// Wallets over a relay: what they hold, what they refuse, and what is known of a payment when they say nothing, too much or
// the wrong thing. The town's relays and web server are real.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { PEOPLE } from '../../../support/town.ts';
import { CLIENT, WALLET, type WalletAnswer, type WalletManners } from '../../../support/town-wallet.ts';
import { PREIMAGE } from '../../../support/town-web.ts';
import { ZapWorld } from '../../../support/zap-world.ts';

let world: ZapWorld;
before(async () => {
  world = await ZapWorld.start();
});
after(() => world.close());
beforeEach(() => world.emptyHanded());

/** For a wallet that says nothing. */
const SOON = ['--relay-timeout', '1s'];
const pay = (...words: string[]) =>
  world.run('zap', 'send', PEOPLE.ann.publicKey, '21', '--pay', '--wait', '0', ...words);
const balance = (...words: string[]) => world.run('wallet', 'balance', ...words);

describe('wallet balance', () => {
  test('in NIP-44, or NIP-04 where the wallet knows no better', async () => {
    for (const encryption of ['nip04 nip44_v2', 'nip04', null]) {
      world.emptyHanded();
      const wallet = await world.wallet({ encryption });
      const { lines, failure, stderr } = await balance();
      assert.deepEqual([failure, lines], [undefined, ['{"name":"purse","balance_msat":21000000}']], stderr);
      wallet.close();
    }
  });

  test('of the wallet that is named, where there are several', async () => {
    assert.equal((await balance()).failure, 'signer no_wallet');
    const wallet = await world.wallet();
    await world.keep(wallet.uri.replace(/secret=.*/, `secret=${PEOPLE.dan.secretHex}`), 'other');
    const several = await balance();
    assert.equal(several.failure, 'signer no_wallet');
    assert.match(several.stderr, /There are: (purse, other|other, purse)\n.*--wallet NAME/);
    assert.match((await balance('purze')).stderr, /Did you mean: purse/);
    assert.equal((await balance('purse')).failure, undefined);
    wallet.close();
  });

  test('over a relay that wants AUTH, with the key of the connection', async () => {
    const wallet = await world.wallet({}, 'inbox');
    const { lines, failure, stderr } = await balance();
    assert.deepEqual([failure, lines.length], [undefined, 1], stderr);
    wallet.close();
  });

  test('of a wallet that is not there, or says what makes no sense', async () => {
    await world.keep(uriAt('ws://127.0.0.1:1'));
    assert.equal((await balance()).failure, 'unreachable unreachable');
    const OTHERS: readonly [manners: WalletManners, failure: string, words?: string[]][] = [
      [{ silent: true }, 'timeout timeout', SOON],
      [{ encryption: 'rot13' }, 'refused wallet_refused'],
      [{ answers: { get_balance: { result: { balance: -1 } } } }, 'refused wallet_refused'],
      [
        { answers: { get_balance: { error: { code: 'RATE_LIMITED', message: '' } } } },
        'refused wallet_refused',
      ],
    ];
    for (const [manners, failure, words = []] of OTHERS) {
      world.emptyHanded();
      const wallet = await world.wallet(manners);
      assert.equal((await balance(...words)).failure, failure, JSON.stringify(manners));
      wallet.close();
    }
  });
});

const uriAt = (relay: string) =>
  `nostr+walletconnect://${WALLET.publicKey}?relay=${encodeURIComponent(relay)}&secret=${CLIENT.secretHex}`;

describe('a payment', () => {
  /** What comes of it: the failure, `paid` of the line, and what was said. */
  async function paidBy(
    manners: WalletManners,
    words: readonly string[] = [],
  ): Promise<[failure: string | undefined, paid: unknown, stderr: string]> {
    const wallet = await world.wallet(manners);
    const { lines, failure, stderr } = await pay(...words);
    wallet.close();
    const { paid, preimage } = JSON.parse(lines[0] ?? '{}');
    if (paid && preimage !== undefined) assert.equal(preimage, PREIMAGE);
    const pays = wallet.requests.filter(({ method }) => method === 'pay_invoice');
    assert.equal(pays.length, 1);
    return [failure, paid, stderr];
  }

  const settled = { result: { type: 'outgoing', preimage: PREIMAGE, settled_at: 1_700_000_000 } };

  test('is refused in the words of the wallet', async () => {
    for (const code of ['QUOTA_EXCEEDED', 'INSUFFICIENT_BALANCE', 'PAYMENT_FAILED']) {
      world.emptyHanded();
      const [failure, paid, stderr] = await paidBy({
        answers: { pay_invoice: { error: { code, message: 'not today' } } },
      });
      assert.deepEqual([failure, paid], ['refused wallet_refused', undefined]);
      assert.match(stderr, new RegExp(`refused \\(${code}\\): .*"not today"`));
    }
  });

  test('is proved by its preimage, whatever else is said', async () => {
    for (const error of [{}, { code: 'OTHER', message: 'x' }]) {
      world.emptyHanded();
      const both = { result: { preimage: PREIMAGE }, error } as never;
      assert.deepEqual((await paidBy({ answers: { pay_invoice: both } })).slice(0, 2), [undefined, true]);
    }
  });

  test('that failed for the wallet is looked up, for it may be under way', async () => {
    const failed = (code: string) => ({ error: { code, message: 'it took too long' } });
    type Answer = NonNullable<WalletManners['answers']>[string];
    const looked = async (pay_invoice: Answer, lookup_invoice: Answer) => {
      world.emptyHanded();
      return (await paidBy({ answers: { pay_invoice, lookup_invoice } }, SOON)).slice(0, 2);
    };
    const none = { error: { code: 'NOT_FOUND', message: '' } };
    const unknown = ['timeout payment_unknown', null];
    const refused = ['refused wallet_refused', undefined];
    for (const code of ['PAYMENT_FAILED', 'INTERNAL', 'BRAND_NEW']) {
      assert.deepEqual(await looked(failed(code), settled), [undefined, true], code);
      assert.deepEqual(await looked(failed(code), { result: { state: 'pending' } }), unknown, code);
      assert.deepEqual(await looked(failed(code), { result: { state: 'failed' } }), refused, code);
      // Some wallets know only of what comes in.
      const isOver = code === 'PAYMENT_FAILED';
      assert.deepEqual(await looked(failed(code), none), isOver ? refused : unknown, code);
    }
    assert.deepEqual(await looked({ result: {} }, settled), [undefined, true]);
    assert.deepEqual(await looked({ result: {} }, { result: { state: 'failed' } }), unknown);
    const strange = { result: { state: 'settled', preimage: '02'.repeat(32) } };
    assert.deepEqual(await looked(failed('PAYMENT_FAILED'), strange), unknown);
    const expired = { result: { type: 'incoming', state: 'expired' } };
    assert.deepEqual(await looked(failed('INTERNAL'), expired), unknown);
    assert.deepEqual(await looked(failed('PAYMENT_FAILED'), expired), refused);
  });

  test('that failed, and then was made, is made', async () => {
    const failed: WalletAnswer = { error: { code: 'PAYMENT_FAILED', message: '' } };
    const answers = { pay_invoice: failed };
    let proof: object[] = [];
    const says: WalletManners['says'] = ({ event, other }, { method }) => {
      if (method === 'pay_invoice') proof = [other({ result: { preimage: PREIMAGE } })];
      return method === 'pay_invoice' ? [event] : proof;
    };
    assert.deepEqual((await paidBy({ answers, says }, SOON)).slice(0, 2), [undefined, true]);
  });

  test('counts once, however often it is answered', async () => {
    const [failure, paid] = await paidBy({
      says: ({ event, but }) => [event, event, but({ created_at: 5 })],
    });
    assert.deepEqual([failure, paid], [undefined, true]);
  });

  test('is not believed to others: another key, another request, another client, garbage', async () => {
    const strange: WalletManners['says'] = ({ event, but }, { method, id, pubkey }) =>
      method === 'pay_invoice'
        ? [
            but({}, PEOPLE.eve),
            but({
              tags: [
                ['p', pubkey],
                ['e', '00'.repeat(32)],
              ],
            }),
            but({
              tags: [
                ['p', PEOPLE.eve.publicKey],
                ['e', id],
              ],
            }),
            but({ content: 'garbage' }),
            but({ content: 'QUJD?iv=QUJD' }),
          ]
        : [event];
    const [failure, paid, stderr] = await paidBy({ says: strange }, SOON);
    assert.deepEqual([failure, paid], ['timeout payment_unknown', null], stderr);
    assert.match(stderr, /a response of purse is ignored: it cannot be decrypted/);
    assert.match(
      stderr,
      /not known: the wallet purse does not answer within 1 s \(--relay-timeout\), and does not tell \(NOT_IMPLEMENTED\)/,
    );
    assert.match(
      stderr,
      /Look for the payment [0-9a-f]{64} in the wallet purse before you pay again: until 20/,
    );
  });

  test('without an answer is looked up, and a preimage proves it', async () => {
    const onlyTells: WalletManners['says'] = ({ event }, { method }) =>
      method === 'pay_invoice' ? [] : [event];
    const looked = async (lookup_invoice: NonNullable<WalletManners['answers']>[string]) => {
      world.emptyHanded();
      return (await paidBy({ says: onlyTells, answers: { lookup_invoice } }, SOON)).slice(0, 2);
    };
    assert.deepEqual(await looked(settled), [undefined, true]);
    assert.deepEqual(await looked({ result: { state: 'settled' } }), [undefined, true]);
    assert.deepEqual(await looked({ result: { state: 'failed' } }), ['refused wallet_refused', undefined]);
    assert.deepEqual(await looked({ result: { state: 'pending' } }), ['timeout payment_unknown', null]);
    const wrong = { result: { preimage: '02'.repeat(32), state: 'settled' } };
    assert.deepEqual(await looked(wrong), ['timeout payment_unknown', null]);
  });

  test('of an invoice that is good beyond all dates is told as any other', async () => {
    world.behave({ expiry: [16, 0, 0, 0, 0, 0, 0, 0, 0] });
    const [failure, paid, stderr] = await paidBy({ silent: true }, SOON);
    world.behave({});
    assert.deepEqual([failure, paid], ['timeout payment_unknown', null], stderr);
    assert.match(stderr, /before you pay again: until 1759\d{10} this one/);
  });

  test('that the wallet answers late is made', async () => {
    let late: object[] = [];
    const says: WalletManners['says'] = ({ event }, { method }) => {
      if (method !== 'pay_invoice') return late;
      late = [event];
      return [];
    };
    assert.deepEqual((await paidBy({ says }, SOON)).slice(0, 2), [undefined, true]);
  });

  test('with a preimage of another is none that is known', async () => {
    const [failure, paid, stderr] = await paidBy({
      answers: { pay_invoice: { result: { preimage: '02'.repeat(32) } } },
    });
    assert.deepEqual([failure, paid], ['timeout payment_unknown', null]);
    assert.match(stderr, /a preimage that is of another payment/);
  });

  test('ends with --timeout, and then it is not known either', async () => {
    const wallet = await world.wallet({ silent: true });
    const { failure, lines } = await pay('--timeout', '2s');
    assert.equal(failure, 'timeout payment_unknown');
    assert.equal(JSON.parse(lines[0]!).paid, null);
    wallet.close();
  });

  // The last: the relay does not come back.
  test('is not known when the connection is lost, and nothing is paid where there is none', async () => {
    const says = () => {
      void world.town.stop('south');
      return [];
    };
    const [failure, paid, stderr] = await paidBy({ says });
    assert.deepEqual([failure, paid], ['timeout payment_unknown', null]);
    assert.match(stderr, /the connection to the wallet purse was lost/);
    const { failure: unreached, lines } = await pay();
    assert.deepEqual([unreached, lines], ['unreachable unreachable', []]);
  });
});
