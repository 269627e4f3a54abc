// A payment may be told as not made only where nobody can have got the request for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Delivery } from '../../../../src/run/wallet/delivery.ts';

type Said = 'sent' | readonly [accepted: boolean, message: string];

const CASES: readonly [said: readonly Said[], isUnsent: boolean][] = [
  [[], true],
  [['sent'], false],
  [['sent', [false, 'blocked: no']], true],
  [['sent', [false, 'mute: no one was listening']], true],
  [['sent', [false, 'ERROR: rate-limited: slow']], true],
  [['sent', [true, '']], false],
  [['sent', [false, 'error: could not save']], false],
  [['sent', [false, 'no']], false],
  [['sent', [false, 'duplicate: have it']], false],
  [['sent', [true, ''], [false, 'blocked: no']], false],
  [['sent', [false, 'auth-required: who'], 'sent', [false, 'restricted: not you']], true],
  // The REQ wanted AUTH, and what became of the first is not known.
  [['sent', 'sent', [false, 'blocked: no']], false],
  [['sent', 'sent', [false, 'duplicate: have it'], [false, 'blocked: no']], false],
];

test('what relays say tells whether an event may have reached somebody', () => {
  for (const [said, isUnsent] of CASES) {
    const delivery = new Delivery();
    for (const word of said) word === 'sent' ? delivery.sent() : delivery.answered(...word);
    assert.equal(delivery.isUnsent, isUnsent, JSON.stringify(said));
  }
});
