// Signatures checked by the libsecp256k1 of the system, which must know published answers before it is believed.
import { CHECK_BYTES, type Engine, KEY_OFFSET, SIGNATURE_OFFSET } from './engine.ts';
import { wrongAnswer } from './known-answers.ts';
import {
  ADDRESS,
  type Address,
  openSystemLibrary,
  type SystemLibrary,
  sharedMemory,
} from './system-library.ts';

/** Checks handed to C from one piece of memory. */
const BLOCK = 256;

/** Authors repeat themselves: their keys, decompressed, are kept. A power of two. */
const KEY_SLOTS = 4096;
const PARSED_KEY_BYTES = 64;

/** Longest message taken; an id has 32 bytes. */
const MAX_MESSAGE = 64 * 1024;

/** Loads it for that platform (as `process.platform` names it); throws `EngineUnavailable`. */
export function loadNative(platform: string, candidates?: string[]): Promise<Engine> {
  return openSystemLibrary(platform, opened => new NativeEngine(opened), candidates);
}

/** What is known of a key slot. */
const EMPTY = 0;
const ON_CURVE = 1;
const OFF_CURVE = 2;

class NativeEngine implements Engine {
  readonly name = 'native';
  readonly batchSize = 128;
  readonly threadsPayAfter = 1536;
  readonly #context: unknown;
  readonly #parseKey: (context: unknown, parsed: Address, key: Address) => number;
  readonly #verifySignature: (
    context: unknown,
    signature: Address,
    message: Address,
    length: number,
    parsed: Address,
  ) => number;
  readonly #checks: Address;
  readonly #bytes: Uint8Array;
  /** The same memory in words, for comparing keys. */
  readonly #words: Uint32Array;
  readonly #parsedKeys: Address;
  readonly #slotKeys = new Uint32Array(KEY_SLOTS * 8);
  readonly #slots = new Uint8Array(KEY_SLOTS);

  /** No call allocates anything. */
  constructor({ koffi, library, context }: SystemLibrary) {
    this.#context = context;
    this.#parseKey = library.func('secp256k1_xonly_pubkey_parse', 'int', ['void *', ADDRESS, ADDRESS]);
    this.#verifySignature = library.func('secp256k1_schnorrsig_verify', 'int', [
      'void *',
      ADDRESS,
      ADDRESS,
      'size_t',
      ADDRESS,
    ]);
    const checks = sharedMemory(koffi, Math.max(BLOCK * CHECK_BYTES, CHECK_BYTES + MAX_MESSAGE));
    this.#checks = checks.address;
    this.#bytes = checks.bytes;
    this.#words = new Uint32Array(checks.bytes.buffer);
    this.#parsedKeys = sharedMemory(koffi, KEY_SLOTS * PARSED_KEY_BYTES).address;
    const wrong = wrongAnswer((...check) => this.verify(...check));
    if (wrong !== undefined) throw new Error(`it is wrong about BIP-340's ${wrong}`);
  }

  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
    if (signature.length !== 64 || publicKey.length !== 32 || message.length > MAX_MESSAGE) return false;
    this.#bytes.set(publicKey, KEY_OFFSET);
    this.#bytes.set(signature, SIGNATURE_OFFSET);
    this.#bytes.set(message, CHECK_BYTES);
    return this.#verifyAt(0, this.#checks + CHECK_BYTES, message.length) === 1;
  }

  verifyPacked(packed: Uint8Array, count: number, results: Uint8Array): void {
    for (let from = 0; from < count; from += BLOCK) {
      const to = Math.min(count, from + BLOCK);
      this.#bytes.set(packed.subarray(from * CHECK_BYTES, to * CHECK_BYTES));
      for (let i = from; i < to; i++) {
        const at = (i - from) * CHECK_BYTES;
        results[i] = this.#verifyAt(at, this.#checks + at, KEY_OFFSET);
      }
    }
  }

  /** 1 or 0 for the key and signature of the check at that offset. */
  #verifyAt(at: number, message: Address, length: number): number {
    const key = this.#parsedKey(at);
    if (key === undefined) return 0;
    return this.#verifySignature(this.#context, this.#checks + at + SIGNATURE_OFFSET, message, length, key);
  }

  /** The decompressed key, from its slot or anew; undefined when it is no point of the curve. */
  #parsedKey(at: number): Address | undefined {
    const word = (at + KEY_OFFSET) >> 2;
    const slot = this.#words[word]! & (KEY_SLOTS - 1);
    const parsed = this.#parsedKeys + slot * PARSED_KEY_BYTES;
    if (this.#slots[slot] === EMPTY || !this.#isInSlot(word, slot)) {
      const isPoint = this.#parseKey(this.#context, parsed, this.#checks + at + KEY_OFFSET) === 1;
      for (let i = 0; i < 8; i++) this.#slotKeys[slot * 8 + i] = this.#words[word + i]!;
      this.#slots[slot] = isPoint ? ON_CURVE : OFF_CURVE;
    }
    return this.#slots[slot] === ON_CURVE ? parsed : undefined;
  }

  #isInSlot(word: number, slot: number): boolean {
    for (let i = 0; i < 8; i++) if (this.#slotKeys[slot * 8 + i] !== this.#words[word + i]) return false;
    return true;
  }
}
