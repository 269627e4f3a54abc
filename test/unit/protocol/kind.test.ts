import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  eventAddress,
  InvalidKind,
  kindClass,
  kindInfo,
  parseAddress,
  parseKinds,
} from '../../../src/protocol/kind.ts';

const PK = 'ab'.repeat(32);

describe('kindClass', () => {
  const classes: Record<string, number[]> = {
    regular: [1, 2, 4, 44, 45, 999, 1000, 9999, 40000, 65535],
    replaceable: [0, 3, 10000, 19999],
    ephemeral: [20000, 29999],
    addressable: [30000, 39999],
  };
  for (const [name, kinds] of Object.entries(classes)) {
    test(`${kinds} are ${name}`, () => assert.deepEqual(new Set(kinds.map(kindClass)), new Set([name])));
  }
});

describe('addresses', () => {
  test('a missing d, an empty d and a d without value are one address', () => {
    const addresses = [
      [],
      [['d']],
      [['d', '']],
      [
        ['d', ''],
        ['d', 'x'],
      ],
    ].map(tags => eventAddress({ kind: 30000, pubkey: PK, tags }));
    assert.deepEqual(new Set(addresses), new Set([`30000:${PK}:`]));
  });

  test('a replaceable event keeps the colon and ignores its d', () => {
    assert.equal(eventAddress({ kind: 10002, pubkey: PK, tags: [['d', 'x']] }), `10002:${PK}:`);
  });

  test('regular and ephemeral events have none', () => {
    assert.equal(eventAddress({ kind: 1, pubkey: PK, tags: [['d', 'x']] }), undefined);
    assert.equal(eventAddress({ kind: 20001, pubkey: PK, tags: [] }), undefined);
  });

  test('an identifier may hold colons and line ends', () => {
    assert.deepEqual(parseAddress(`30023:${PK}:a:b\nc:`), { kind: 30023, pubkey: PK, identifier: 'a:b\nc:' });
  });

  test('text that is no address is none', () => {
    const wrong = [
      '',
      '1',
      `30023:${PK}`,
      `x:${PK}:`,
      `65536:${PK}:`,
      `30023:${PK.toUpperCase()}:`,
      `-1:${PK}:`,
    ];
    for (const text of wrong) assert.equal(parseAddress(text), undefined, text);
  });
});

describe('parseKinds', () => {
  test('reads numbers, ranges and names, each kind once, in the order written', () => {
    assert.deepEqual(
      parseKinds('30000-30009'),
      [...Array(10).keys()].map(i => 30000 + i),
    );
    assert.deepEqual(parseKinds('note, profile,1,7-8'), [1, 0, 7, 8]);
    assert.deepEqual(parseKinds('Article'), [30023]);
    assert.deepEqual(parseKinds('long-form'), [30023]);
    assert.deepEqual(parseKinds('5-5'), [5]);
  });

  test('expands to 1,000 kinds and no more', () => {
    assert.equal(parseKinds('0-999').length, 1000);
    assert.equal(parseKinds('0-999,500-999').length, 1000);
    for (const text of ['0-1000', '0-999,1000', '0-65535', '0-600,700-1200']) {
      assert.throws(() => parseKinds(text), /more than 1000 kinds/);
    }
  });

  for (const [text, says] of [
    ['', /unknown kind ""/],
    ['1,', /unknown kind ""/],
    ['-1', /unknown kind "-1"/],
    ['1.5', /unknown kind "1.5"/],
    ['0x1', /unknown kind "0x1"/],
    ['1e3', /unknown kind "1e3"/],
    ['65536', /"65536" is above 65535/],
    ['1-99999999999999999999', /above 65535/],
    ['9-1', /"9-1" runs backwards/],
    ['1-2-3', /unknown kind "1-2-3"/],
    ['profle', /did you mean "profile"\?/],
    ['gift-warp', /did you mean "gift-wrap"\?/],
    ['nothing-near-it', /write a number, a range or a name/],
    ['__proto__', /unknown kind/],
  ] as const) {
    test(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseKinds(text),
        (error: Error) => error instanceof InvalidKind && says.test(error.message),
      );
    });
  }
});

describe('kindInfo', () => {
  test('finds a kind by its number, also inside a run', () => {
    assert.equal(kindInfo(9735)?.name, 'zap');
    assert.equal(kindInfo(39009)?.name, 'group-state');
    assert.equal(kindInfo(39010), undefined);
  });
});
