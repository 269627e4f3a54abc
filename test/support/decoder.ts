// A decoder of foreign text, as fuzzing sees it: good texts to damage, and what may be thrown.
import assert from 'node:assert/strict';
import { encodeEntity } from '../../src/protocol/nip19.ts';
import { A, T0 } from './people.ts';

export interface Decoder {
  name: string;
  /** Texts that it takes. */
  seeds: readonly string[];
  /** A tenth of the runs: it takes milliseconds. */
  isSlow?: boolean;
  /** Whether they are JSON: then values in them are changed, too. */
  isJson?: boolean;
  /** Damages a text in its own way: for what a checksum protects. */
  damage?(text: string, next: () => number): string;
  /** Decodes, and asserts what must be so of what it gives. */
  decode(text: string): void;
  /** Classes of errors that are an answer. */
  expected: readonly (new (
    ...args: never[]
  ) => Error)[];
}

/** The text was no JSON, or not of the sort that the decoder is given: not its to judge. */
export class NotJson extends Error {}

/** The decoder said no, by a plain `Error` or by `undefined`. */
export class Refused extends Error {}

export const ID = 'a'.repeat(64);
export const EVENT = A.note('hello "world"\n\u{1f600}', T0, [
  ['e', ID, 'wss://r', 'root'],
  ['t', 'x'],
]);
export const NSEC = encodeEntity({ type: 'nsec', secretKey: A.secretKey });
export const NPUB = encodeEntity({ type: 'npub', pubkey: A.publicKey });
/** Says what it is that does not hold: Node takes a minute to find the text of a condition in a file as long as this. */
export function must(condition: boolean, what: string): void {
  if (!condition) throw new assert.AssertionError({ message: what });
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotJson();
  }
}
