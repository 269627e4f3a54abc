// The engines must not differ in a single answer: which one a machine has may decide how fast nost is, never what
// it lets through.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { schnorr } from '@noble/curves/secp256k1.js';
import { CHECK_BYTES, type Engine } from '../../../src/verify/engine.ts';
import { wrongAnswer } from '../../../src/verify/known-answers.ts';
import { engines } from '../../support/engines.ts';
import { describeVectors, vectorLines } from '../../support/vectors.ts';

interface Check {
  message: Uint8Array;
  key: Uint8Array;
  signature: Uint8Array;
}

const SOAK = process.env['NOST_SOAK'] !== undefined;
const RANDOM = SOAK ? 10_000 : 200;

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const ask = (engine: Engine, { signature, message, key }: Check) => engine.verify(signature, message, key);

/** Bytes that look random and are the same in every run. */
function* seeded(seed: string): Generator<Buffer, never> {
  for (let block = createHash('sha256').update(seed).digest(); ; ) {
    yield block;
    block = createHash('sha256').update(block).digest();
  }
}

/** One answer for all engines, one by one and packed together. */
function agreed(checks: readonly Check[]): boolean[] {
  const packed = Buffer.concat(checks.flatMap(({ message, key, signature }) => [message, key, signature]));
  assert.equal(packed.length, checks.length * CHECK_BYTES);
  const [expected, ...others] = engines.map(engine => {
    const results = new Uint8Array(checks.length);
    engine.verifyPacked(packed, checks.length, results);
    return { name: engine.name, answers: [...results] };
  });
  for (const { name, answers } of others) assert.deepEqual(answers, expected!.answers, name);
  const answers = expected!.answers.map(answer => answer === 1);
  for (const engine of engines) {
    for (const [i, check] of checks.slice(0, 50).entries())
      assert.equal(ask(engine, check), answers[i], engine.name);
  }
  return answers;
}

describeVectors('BIP-340', () => {
  for (const line of vectorLines('bip340/bip340-test-vectors.csv').slice(1)) {
    const [index, , key, , message, signature, result, comment] = line.split(',') as string[];
    const check = { key: hex(key!), message: hex(message!), signature: hex(signature!) };
    for (const engine of engines) {
      // wasm takes messages of 32 bytes alone, which is what an id has.
      if (engine.name === 'wasm' && check.message.length !== 32) continue;
      test(`${index} ${engine.name} ${comment}`, () => assert.equal(ask(engine, check), result === 'TRUE'));
    }
  }
});

describe('every engine', () => {
  const bytes = seeded('nost engines');
  const next = () => Uint8Array.from(bytes.next().value);
  const authors = Array.from({ length: 20 }, () => {
    const secret = next();
    return { secret, key: schnorr.getPublicKey(secret) };
  });
  const signed = Array.from({ length: RANDOM / 2 }, (_, i): Check => {
    const { secret, key } = authors[i % authors.length]!;
    const message = next();
    return { message, key, signature: schnorr.sign(message, secret, next()) };
  });

  test(`says the same of ${RANDOM / 2} signatures: they hold`, () => {
    assert.ok(agreed(signed).every(Boolean));
  });

  test(`says the same of ${RANDOM / 2} mutations: they do not hold`, () => {
    const mutated = signed.map((check, i) => mutate(check, next(), i));
    assert.ok(agreed(mutated).every(answer => !answer));
  });

  test('says the same again: nothing is remembered wrongly', () => {
    const odd = signed.slice(0, 20).map((check, i) => mutate(check, next(), i));
    const mixed = signed.slice(0, 20).flatMap((check, i) => [check, odd[i]!, check]);
    const answers = agreed(mixed);
    assert.deepEqual(
      answers,
      mixed.map((_, i) => i % 3 !== 1),
    );
  });

  test('says no to odd numbers: x off the curve or too large, r and s out of range, zeros', () => {
    const good = signed[0]!;
    const P = hex('fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f');
    const N = hex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141');
    const ZERO = new Uint8Array(32);
    const ONES = new Uint8Array(32).fill(0xff);
    const one = hex(`${'00'.repeat(31)}01`);
    const five = hex(`${'00'.repeat(31)}05`); // no point of the curve has this x
    const checks = [
      ...[ZERO, ONES, P, five, one, N].map(key => ({ ...good, key })),
      ...[ZERO, ONES, P, N, five, one].map(r => ({
        ...good,
        signature: join(r, good.signature.subarray(32)),
      })),
      ...[ZERO, ONES, P, N, one].map(s => ({ ...good, signature: join(good.signature.subarray(0, 32), s) })),
      { ...good, signature: new Uint8Array(64) },
      { ...good, signature: join(ONES, ONES) },
      { message: ZERO, key: ZERO, signature: join(ZERO, ZERO) },
    ];
    assert.ok(agreed(checks).every(answer => !answer));
  });

  for (const engine of engines) {
    test(`${engine.name} says no to what has the wrong length, and never throws`, () => {
      const { message, key, signature } = signed[0]!;
      for (const length of [0, 1, 31, 33, 63, 65, 128]) {
        const some = new Uint8Array(length).fill(1);
        if (length !== 64) assert.equal(engine.verify(some, message, key), false);
        if (length !== 32) assert.equal(engine.verify(signature, message, some), false);
        if (length !== 32) assert.equal(engine.verify(signature, some, key), false);
      }
    });

    test(`${engine.name} says nothing of no checks`, () => {
      const results = new Uint8Array([7]);
      engine.verifyPacked(new Uint8Array(0), 0, results);
      assert.deepEqual([...results], [7]);
    });

    test(`${engine.name} takes more checks than fit into one block`, () => {
      const many = Array.from({ length: engine.name === 'noble' ? 40 : 1000 }, (_, i) => signed[i % 50]!);
      many[13] = mutate(many[13]!, next(), 0);
      const packed = Buffer.concat(many.flatMap(({ message, key, signature }) => [message, key, signature]));
      const results = new Uint8Array(many.length);
      engine.verifyPacked(packed, many.length, results);
      assert.deepEqual(
        [...results],
        many.map((_, i) => (i === 13 ? 0 : 1)),
      );
    });
  }
});

describe('the known answers', () => {
  for (const engine of engines.filter(({ name }) => name !== 'wasm')) {
    test(`are known to ${engine.name}`, () =>
      assert.equal(
        wrongAnswer((...check) => engine.verify(...check)),
        undefined,
      ));
  }

  test('find out who says yes to everything, or no, or looks at less than all', () => {
    const honest = engines.find(({ name }) => name === 'noble')!;
    assert.match(wrongAnswer(() => true)!, /not on the curve/);
    assert.match(wrongAnswer(() => false)!, /a signature/);
    const short: Engine['verify'] = (signature, message, key) =>
      honest.verify(signature, message.subarray(0, 32), key);
    assert.match(wrongAnswer(short)!, /100 bytes/);
  });
});

/** One bit of one part flipped, or two parts exchanged. */
function mutate(check: Check, random: Uint8Array, i: number): Check {
  const flip = (bytes: Uint8Array) => {
    const copy = Uint8Array.from(bytes);
    copy[random[0]! % copy.length]! ^= 1 << (random[1]! & 7);
    return copy;
  };
  const { message, key, signature } = check;
  switch (i % 5) {
    case 0:
      return { message: flip(message), key, signature };
    case 1:
      return { message, key: flip(key), signature };
    case 2:
      return { message, key, signature: flip(signature) };
    case 3:
      return { message: key, key: message, signature };
    default:
      return { message, key, signature: join(signature.subarray(32), signature.subarray(0, 32)) };
  }
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  return Uint8Array.from([...a, ...b]);
}
