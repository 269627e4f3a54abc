// How faults are written, and what is said of those that are not.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeEntity } from '../../../../src/protocol/nip19.ts';
import { FAULT_NAMES, InvalidFault, parseFault } from '../../../../src/server/faults/fault.ts';
import { type About, fits } from '../../../../src/server/faults/scope.ts';
import { A, B } from '../../../support/people.ts';

describe('a fault', () => {
  test('is a name, a value, and scopes', () => {
    const read = (text: string) => {
      const { name, value, scope } = parseFault(text);
      return [name, value, scope];
    };
    assert.deepEqual(read('eose-delay=5s@2'), ['eose-delay', 5000, { connections: 2 }]);
    assert.deepEqual(read('no-eose'), ['no-eose', true, {}]);
    assert.deepEqual(read('bad-sig=0.01@kind=note,7'), ['bad-sig', 0.01, { kinds: new Set([1, 7]) }]);
    assert.deepEqual(read('rst'), ['rst', 0, {}]);
    assert.deepEqual(read('drop-after=100'), ['drop-after', 100, {}]);
    assert.deepEqual(read('slow=10/s'), ['slow', 100, {}]);
    assert.deepEqual(read('slow=30/m'), ['slow', 2000, {}]);
    assert.deepEqual(read('garbage'), ['garbage', { chance: 1 }, {}]);
    assert.deepEqual(read('garbage=.5'), ['garbage', { chance: 0.5 }, {}]);
    assert.deepEqual(read('garbage=["EOSE"]'), ['garbage', { text: '["EOSE"]' }, {}]);
    const npub = encodeEntity({ type: 'npub', pubkey: A.publicKey });
    assert.deepEqual(read(`dup@author=${npub},${B.publicKey}@kind=1`), [
      'dup',
      1,
      { authors: new Set([A.publicKey, B.publicKey]), kinds: new Set([1]) },
    ]);
  });

  test('may have a text with = and with @, which is written \\@', () => {
    assert.equal(parseFault('notice=a=b: ask me\\@relay.test@1').value, 'a=b: ask me@relay.test');
  });

  test('that refuses takes a prefix alone, or a whole text', () => {
    const told = 'auth-required: this relay has the fault closed';
    assert.equal(parseFault('closed=auth-required').value, told);
    assert.equal(parseFault('closed=auth-required:').value, told);
    assert.equal(parseFault('reject=blocked: not you').value, 'blocked: not you');
    assert.equal(parseFault('reject=no prefix').value, 'no prefix');
  });

  test('has the same key when name and scope are the same', () => {
    const keys = ['cut=1@kind=1,7@2', 'cut=5@2@kind=7,1', 'cut=5@kind=7'].map(text => parseFault(text).key);
    assert.equal(keys[0], keys[1]);
    assert.notEqual(keys[1], keys[2]);
  });

  for (const [text, message] of [
    ['', /unknown fault ""; nost help faults lists them/],
    ['no-eose,dup', /"no-eose,dup" is several: give each by itself/],
    ['eosedelay=5s', /unknown fault "eosedelay"; did you mean "eose-delay"\?/],
    ['no_eose', /did you mean "no-eose"\?/],
    ['toString', /unknown fault "toString"/],
    ['constructor=1', /unknown fault/],
    ['eose-delay', /eose-delay: its value is missing; write eose-delay=5s/],
    ['closed=', /closed: its value is missing; write closed=auth-required/],
    ['no-eose=1', /no-eose: it takes no value/],
    ['eose-delay=0', /"0" is no time to wait/],
    ['ok-delay=2h', /"2h" is too long; the longest is 1h/],
    ['ok-delay=soon', /not a duration: "soon"/],
    ['bad-sig=0', /"0" is no chance/],
    ['bad-sig=1.1', /"1.1" is no chance/],
    ['dup=10%', /"10%" is no chance/],
    ['garbage=7', /"7" is no chance/],
    ['slow=10', /"10" is no rate; write 10\/s/],
    ['slow=0/s', /no rate/],
    ['slow=2000/s', /too fast, at most 1000\/s/],
    ['cut=-1', /"-1" is not a whole number/],
    ['drop-after=99999999999999999999', /is not a whole number/],
    ['rst@0', /"@0" is no number of connections/],
    ['rst@1@2', /"@2" stands beside another of its sort/],
    ['rst@kind=nte', /unknown kind "nte"; did you mean "note"\?/],
    ['rst@kinds=1', /unknown scope "@kinds=1"; did you mean "@kind=…"\?/],
    ['rst@', /unknown scope "@"/],
    ['notice=me@relay', /unknown scope "@relay"; .*\\@ for an @ within a text/],
    ['rst@author=me', /not a NIP-19 code/],
    [`rst@author=${encodeEntity({ type: 'note', id: A.publicKey })}`, /an author is an npub.*not an? note/],
  ] as const)
    test(`${JSON.stringify(text)} is none`, () => {
      assert.throws(
        () => parseFault(text),
        error => error instanceof InvalidFault && message.test(error.message),
      );
    });

  test('never shows what may be a secret', () => {
    const nsec = encodeEntity({ type: 'nsec', secretKey: A.secretKey });
    for (const text of [nsec, `rst@author=${nsec}`, `rst@${nsec}`, `cut=${nsec}`])
      assert.throws(
        () => parseFault(text),
        error => !(error as Error).message.includes(nsec.slice(5, 20)),
      );
  });

  test('is one of seventeen', () => assert.equal(FAULT_NAMES.length, 17));
});

test('a scope fits events, and questions that may be answered by such events', () => {
  const { scope } = parseFault(`dup@kind=1@author=${A.publicKey}`);
  const fitting: readonly (readonly [About, boolean])[] = [
    [{ event: { kind: 1, pubkey: A.publicKey } }, true],
    [{ event: { kind: 7, pubkey: A.publicKey } }, false],
    [{ event: { kind: 1, pubkey: B.publicKey } }, false],
    [{ filters: [{}] }, true],
    [{ filters: [{ kinds: [1, 2] }] }, true],
    [{ filters: [{ kinds: [2] }, { authors: [A.publicKey] }] }, true],
    [{ filters: [{ kinds: [2] }, { kinds: [1], authors: [B.publicKey] }] }, false],
    [undefined, false],
  ];
  for (const [about, isFit] of fitting) assert.equal(fits(scope, about), isFit, JSON.stringify(about));
  assert.ok(fits(parseFault('dup').scope, undefined));
});
