// A zap that several people share: what was paid before something went wrong is told, and nothing more is paid.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { noteEncode } from 'nostr-tools/nip19';
import type { Invoice } from '../../../../src/protocol/bolt11.ts';
import { CommandEnd } from '../../../../src/run/command-end.ts';
import type { Payer } from '../../../../src/run/wallet/paying.ts';
import { Settlement } from '../../../../src/run/zaps/settlement.ts';
import { commandWorld } from '../../../support/command-context.ts';
import { PEOPLE } from '../../../support/town.ts';
import type { WalletAnswer } from '../../../support/town-wallet.ts';
import { PREIMAGE, PROVIDER } from '../../../support/town-web.ts';
import { ZapWorld } from '../../../support/zap-world.ts';

const { ann, dan } = PEOPLE;
const shared = ann.sign({
  kind: 1,
  tags: [
    ['zap', ann.publicKey, '', '1'],
    ['zap', dan.publicKey, '', '1'],
  ],
});

let world: ZapWorld;
before(async () => {
  world = await ZapWorld.start();
  const content = JSON.stringify({ lud16: `dan@${world.town.web.host}` });
  await world.town.add('index', dan.sign({ kind: 0, content, created_at: 1_780_000_000 }), shared);
});
after(() => world.close());
beforeEach(() => world.emptyHanded());

/** A wallet that pays once, and answers the rest so. */
function onceAndThen(answer: WalletAnswer): Record<string, WalletAnswer> {
  const answers: WalletAnswer[] = [{ result: { preimage: PREIMAGE } }];
  return Object.defineProperty({}, 'pay_invoice', {
    enumerable: true,
    get: () => answers.pop() ?? answer,
  });
}

const CASES: readonly [answer: WalletAnswer, lines: number][] = [
  [{ error: { code: 'QUOTA_EXCEEDED', message: '' } }, 1],
  [{ result: {} }, 2], // paid or not: nobody knows
];

test('the share that is not paid does not hide the one that was', async () => {
  for (const [answer, count] of CASES) {
    world.emptyHanded();
    const wallet = await world.wallet({ answers: onceAndThen(answer) });
    const words = ['zap', 'send', noteEncode(shared.id), '21', '--pay', '--wait', '0'];
    const { lines, failure, stderr } = await world.run(...words);
    wallet.close();
    assert.equal(failure, 'partial partial', stderr);
    assert.deepEqual(
      lines.map(line => JSON.parse(line).paid),
      [true, null].slice(0, count),
    );
    assert.match(stderr, /1 of 2 shares were paid, and no more: /);
    assert.match(stderr, /The same again would pay them once more/);
  }
});

test('a receipt that does not come says which invoices were not shown for it', async () => {
  const { lines, failure, stderr } = await world.run(
    'zap',
    'send',
    noteEncode(shared.id),
    '21',
    '--wait',
    '10ms',
  );
  assert.equal(lines.length, 1);
  assert.match(failure ?? '', /^timeout/, stderr);
  assert.match(stderr, /The invoices of 1 more are not shown: without --wait all are shown at once/);
});

test('what goes wrong with receipts neither ends a payment nor hides it', async t => {
  const { context, told, end } = commandWorld();
  t.after(end);
  const seen = new Promise<void>(resolve => {
    context.log.warn = () => {
      setImmediate(resolve);
      throw new Error('a fault of nost');
    };
  });
  // The receipt of another invoice is warned of.
  const request = '{}';
  const created_at = Math.floor(Date.now() / 1000);
  const tags = [
    ['p', ann.publicKey],
    ['description', request],
  ];
  await world.town.add('north', PROVIDER.sign({ kind: 9735, tags, created_at }));
  const payer = { pay: () => seen.then(() => ({ preimage: PREIMAGE, feesMsat: 1 })) } as unknown as Payer;
  const flags = { connectTimeout: 30_000, relayTimeout: 30_000, retry: 0, allowPrivate: true, wait: 30_000 };
  const relays = [world.town.urls.north];
  const settling = { context, flags, end: new CommandEnd(context.deadline), named: new Set(relays) };
  const ready = {
    ...{ recipient: ann.publicKey, request, relays, invoice: 'lnbc1', amountMsat: 21_000 },
    provider: {
      ...{ callback: '', minSendable: 1, maxSendable: 1, allowsNostr: true },
      ...{ nostrPubkey: PROVIDER.publicKey, lnurl: '' },
    },
    checked: { expiresAt: Number.POSITIVE_INFINITY } as Invoice,
  };
  await assert.rejects(new Settlement(settling, payer).all([ready]), /a fault of nost/);
  assert.match(told.stdout, /"paid":true,"preimage":"01/);
});
