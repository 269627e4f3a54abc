import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { Failure } from '../../../../src/errors.ts';
import { encodeEntity } from '../../../../src/protocol/nip19.ts';
import {
  MOST_HINTED,
  parseTarget,
  shownTarget,
  TargetSet,
  wordsOf,
} from '../../../../src/run/deletion/target.ts';
import { addTargetsOf, targetsOfWords } from '../../../../src/run/deletion/target-input.ts';
import { commandWorld } from '../../../support/command-context.ts';
import { A, B, T0 } from '../../../support/people.ts';

const note = A.note('x');
const ID = note.id;
const relay = 'wss://relay.example';
const codes = {
  note: encodeEntity({ type: 'note', id: ID }),
  nevent: encodeEntity({ type: 'nevent', id: ID, relays: [relay], author: A.publicKey, kind: 1 }),
  naddr: encodeEntity({
    type: 'naddr',
    kind: 30023,
    pubkey: A.publicKey,
    identifier: 'a,b c',
    relays: [relay],
  }),
  npub: encodeEntity({ type: 'npub', pubkey: A.publicKey }),
  nprofile: encodeEntity({ type: 'nprofile', pubkey: A.publicKey, relays: [] }),
};
const ADDRESS = `30023:${A.publicKey}:a,b c`;

describe('a target', () => {
  test('is an event or an address, however it is written', () => {
    for (const text of [
      ID,
      ID.toUpperCase(),
      codes.note,
      codes.nevent,
      `nostr:${codes.note}`,
      `https://njump.me/${codes.nevent}`,
    ])
      assert.equal(parseTarget(text).key, ID);
    for (const text of [ADDRESS, codes.naddr, `nostr:${codes.naddr}`])
      assert.equal(parseTarget(text).key, ADDRESS);
    assert.equal(parseTarget(`0:${A.publicKey}:`).key, `0:${A.publicKey}:`);
  });

  test('has what its code says of it', () => {
    const { hints, claim } = parseTarget(codes.nevent);
    assert.deepEqual([hints, claim], [[relay], { kind: 1, deleters: [A.publicKey], isCertain: false }]);
    assert.equal(parseTarget(ID).claim, undefined);
    assert.deepEqual(parseTarget(codes.naddr).claim, {
      kind: 30023,
      deleters: [A.publicKey],
      isCertain: true,
    });
  });

  test('is no person, and no address of what has none', () => {
    for (const code of [codes.npub, codes.nprofile])
      assert.throws(() => parseTarget(code), /a person is no event; the profile is naddr1/);
    assert.throws(() => parseTarget(`5:${A.publicKey}:`), /kind 5 have no address/);
    assert.throws(() => parseTarget(`20001:${A.publicKey}:`), /have no address/);
    assert.throws(
      () => parseTarget(`0:${A.publicKey}:x`),
      /kind 0 \(profile\) has no identifier: write naddr1/,
    );
    assert.throws(() => parseTarget(`30023:${A.publicKey}:${'d'.repeat(20_000)}`), /20000 bytes is longer/);
    assert.throws(() => parseTarget('bob@example.com'), /not a NIP-19 code/);
    assert.throws(() => parseTarget(A.secretHex.slice(1)), { message: /63 hex digits/ });
  });

  test('an address that is mistyped is told how one is written, and what stands in it is not shown', () => {
    const hex = A.publicKey;
    const faults = ['0:HEX', '30023:HEX', '030023:HEX:x', '65536:HEX:x', `30023:${codes.npub}:x`, '1::'];
    for (const fault of [...faults, `30023:${hex.toUpperCase()}:x`])
      assert.throws(() => parseTarget(fault.replace('HEX', hex)), {
        message: /^an address is kind:pubkey:identifier, with both colons, [ a-z0-9-]+$/,
      });
  });

  test('has an identifier as it is, blanks and all, and none that no event has', () => {
    for (const identifier of ['', ' ', 'x ', '\n', '\u0000', 'a:b', '__proto__'])
      assert.equal(parseTarget(`30023:${A.publicKey}:${identifier}`).address!.identifier, identifier);
    assert.throws(() => parseTarget(`30023:${A.publicKey}:\ud800`), /lone surrogate/);
  });

  test('has few hints, however many codes it has', () => {
    const targets = new TargetSet();
    for (let i = 0; i < 200; i++) targets.add({ ...parseTarget(ID), hints: [`wss://r${i}.example`, relay] });
    assert.equal(targets.all[0]!.hints.length, MOST_HINTED + 1);
  });

  test('is one, however often it is named, and keeps what is known of it', () => {
    const targets = targetsOfWords([codes.note, `${codes.nevent},${ID}`, ADDRESS, codes.naddr]);
    const [event, address] = targets.all;
    assert.equal(targets.size, 2);
    assert.deepEqual([event!.hints, event!.claim?.kind], [[relay], 1]);
    assert.deepEqual([address!.key, address!.hints], [ADDRESS, [relay]]);
  });

  test('is no word without anything in it', () => {
    for (const word of ['', ' ', ',']) assert.throws(() => targetsOfWords([ID, word]), /a word is empty/);
  });

  test('is shown without a secret', () => {
    const identifier = encodeEntity({ type: 'nsec', secretKey: A.secretKey });
    const target = parseTarget(`30023:${A.publicKey}:${identifier}`);
    assert.equal(shownTarget(target), 'kind 30023 (article) "[may be a secret]"');
    assert.equal(shownTarget(parseTarget(`0:${A.publicKey}:`)), 'kind 0 (profile)');
    assert.equal(shownTarget(parseTarget(ID)), codes.note);
  });
});

test('commas and blanks divide words, but not the identifier of an address', () => {
  assert.deepEqual(wordsOf(`${ID},${codes.note} ${ADDRESS}, ${codes.npub}`), [
    ID,
    codes.note,
    ADDRESS,
    codes.npub,
  ]);
  assert.deepEqual(wordsOf(`${ADDRESS},`), [`${ADDRESS},`]);
  assert.deepEqual(wordsOf(`${ADDRESS},${ADDRESS}`), [ADDRESS, ADDRESS]);
  assert.deepEqual(wordsOf(` ${ADDRESS} , ${ADDRESS} `), [ADDRESS, `${ADDRESS} `]);
  assert.deepEqual(wordsOf(' , '), []);
  const long = `${', '.repeat(200_000)}x`;
  assert.deepEqual(wordsOf(long), ['x']);
});

describe('stdin', () => {
  async function read(text: string) {
    const { context, told } = commandWorld();
    const targets = new TargetSet();
    const fault = await addTargetsOf(Readable.from([Buffer.from(text)]), targets, context).then(
      () => undefined,
      (error: unknown) => error as Failure,
    );
    return { keys: targets.all.map(({ key }) => key), fault, ...told };
  }

  test('has codes, addresses and events in every form', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map(content => A.note(content));
    const { keys, fault } = await read(
      [
        codes.note,
        '',
        `  ${ADDRESS}`,
        JSON.stringify(a),
        JSON.stringify(['EVENT', 's', b]),
        JSON.stringify([c, codes.note], undefined, 2),
        `"${codes.note}"`,
      ].join('\r\n'),
    );
    assert.equal(fault, undefined);
    assert.deepEqual(keys, [ID, ADDRESS, a!.id, b!.id, c!.id]);
  });

  test('is all told of, and nothing is done, where a line is bad', async () => {
    const nsec = encodeEntity({ type: 'nsec', secretKey: A.secretKey });
    const lines = [
      codes.note,
      nsec,
      `{"content":"${nsec}"}`,
      JSON.stringify({ ...note, content: 'altered' }),
      codes.npub,
      '7',
      '["EVENT",'.repeat(50_000),
      codes.note.replace('note1', 'note1q'),
    ];
    const { fault, stderr } = await read(lines.join('\n'));
    assert.ok(fault instanceof Failure);
    assert.equal(fault.code, 'bad_lines');
    assert.match(fault.message, /nothing was deleted/);
    for (const line of [2, 3, 4, 5, 6, 7, 8]) assert.match(stderr, new RegExp(`line ${line}: `));
    assert.match(stderr, /line 4: the id is not the hash/);
    assert.ok(!stderr.includes(nsec.slice(5, 20)), stderr);
  });

  test('tells an identifier from another that has a blank more', async () => {
    const [blank, code] = [`${ADDRESS} `, `${ADDRESS} ${codes.note}`];
    const { keys, fault } = await read(JSON.stringify([blank, code, `${ADDRESS}\n`]));
    assert.deepEqual([keys, fault], [[blank, code, `${ADDRESS}\n`], undefined]);
    const unclear = await read(`${codes.note} ${blank}`);
    assert.match(unclear.stderr, /line 1: the identifier ends in a blank/);
    assert.equal(unclear.fault?.code, 'bad_lines');
  });

  test('has an end', async () => {
    const hex = (i: number) => i.toString(16).padStart(64, '0');
    const many = await read(Array.from({ length: 10_001 }, (_, i) => hex(i)).join('\n'));
    assert.match(many.fault!.message, /more than 10000 events at once: nothing was deleted/);
    const same = await read(`${hex(7)}\n`.repeat(20_001));
    assert.match(same.fault!.message, /more than 20000 lines/);
    const words = await read(JSON.stringify(Array.from({ length: 20_001 }, () => 'x')));
    assert.match(words.fault!.message, /more than 20000 codes and events/);
    const long = await read(`${'x '.repeat(600_000)}\n`);
    assert.match(long.stderr, /too long to be a code/);
  });

  test('tells whose an event is before any relay is asked', async () => {
    const targets = new TargetSet();
    const wrap = B.sign({ kind: 1059, tags: [['p', A.publicKey]], created_at: T0 });
    await addTargetsOf(Readable.from([Buffer.from(JSON.stringify(wrap))]), targets, commandWorld().context);
    assert.deepEqual(targets.all[0]!.claim, {
      kind: 1059,
      deleters: [B.publicKey, A.publicKey],
      isCertain: true,
    });
  });
});
