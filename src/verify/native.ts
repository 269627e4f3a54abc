// The libsecp256k1 of the system, called through koffi: as fast as C. It is somebody else's library, so it must
// know published answers before it is believed, and names whose interface is another are never opened.
import { CHECK_BYTES, type Engine, EngineUnavailable, KEY_OFFSET, SIGNATURE_OFFSET } from './engine.ts';
import { wrongAnswer } from './known-answers.ts';

/**
 * The versions of the interface whose `secp256k1_schnorrsig_verify` takes the message's length, newest first
 * (1: release 0.2, 2: 0.3 to 0.5, 5: 0.6, 6: 0.7). Version 0 does not: calling it so would crash.
 */
const VERSIONS = [6, 5, 2, 1];

type Koffi = typeof import('koffi')['default'];

/**
 * Where a library of that version may lie. Bare names are looked up by the system's own loader, which on Windows
 * would look into the current folder too: there only folders of package managers are searched.
 */
const NAMES: Readonly<Record<string, (version: number) => string[]>> = {
  linux: version => [`libsecp256k1.so.${version}`],
  freebsd: version => [`libsecp256k1.so.${version}`],
  darwin: version =>
    ['/opt/homebrew/lib/', '/usr/local/lib/', '/opt/local/lib/'].map(
      folder => `${folder}libsecp256k1.${version}.dylib`,
    ),
  win32: version =>
    ['ucrt64', 'mingw64', 'clang64'].map(folder => `C:\\msys64\\${folder}\\bin\\libsecp256k1-${version}.dll`),
};

/** Checks handed to C from one piece of memory. */
const BLOCK = 256;

/** Authors repeat themselves: their keys, decompressed, are kept. A power of two. */
const KEY_SLOTS = 4096;
const PARSED_KEY_BYTES = 64;

/** Longest message taken; an id has 32 bytes. */
const MAX_MESSAGE = 64 * 1024;

const CONTEXT_NONE = 1;

/** Loads it for that platform (as `process.platform` names it); throws `EngineUnavailable`. */
export async function loadNative(platform: string, candidates = candidatesFor(platform)): Promise<Engine> {
  const koffi = await openKoffi();
  const problems: string[] = [];
  for (const name of candidates) {
    try {
      return new NativeEngine(new Library(koffi, name));
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new EngineUnavailable(`no libsecp256k1 can be used (${problems.join('; ')})`);
}

export function candidatesFor(platform: string): string[] {
  return VERSIONS.flatMap(NAMES[platform] ?? (() => []));
}

async function openKoffi(): Promise<Koffi> {
  try {
    return (await import('koffi')).default;
  } catch (error) {
    throw new EngineUnavailable(`koffi cannot be loaded: ${(error as Error).message}`);
  }
}

type Address = number;

/** The functions of the library, and memory that C and JavaScript both see: no call allocates anything. */
class Library {
  readonly parseKey: (context: unknown, parsed: Address, key: Address) => number;
  readonly verify: (
    context: unknown,
    signature: Address,
    message: Address,
    length: number,
    parsed: Address,
  ) => number;
  readonly context: unknown;
  readonly #koffi: Koffi;

  constructor(koffi: Koffi, name: string) {
    const library = koffi.load(name);
    const pointer = 'uintptr_t'; // as a number: wrapping a pointer costs more than it protects
    this.#koffi = koffi;
    this.parseKey = library.func('secp256k1_xonly_pubkey_parse', 'int', ['void *', pointer, pointer]);
    this.verify = library.func('secp256k1_schnorrsig_verify', 'int', [
      'void *',
      pointer,
      pointer,
      'size_t',
      pointer,
    ]);
    this.context = library.func('secp256k1_context_create', 'void *', ['uint'])(CONTEXT_NONE);
    if (!this.context) throw new Error('it gives no context');
  }

  /** Memory that stays where it is, never freed: an engine lives as long as its thread. */
  memory(bytes: number): { view: ArrayBuffer; address: Address } {
    const pointer = this.#koffi.alloc('uint8_t', bytes);
    return { view: this.#koffi.view(pointer, bytes), address: Number(this.#koffi.address(pointer)) };
  }
}

/** What is known of a key slot. */
const EMPTY = 0;
const ON_CURVE = 1;
const OFF_CURVE = 2;

class NativeEngine implements Engine {
  readonly name = 'native';
  readonly batchSize = 128;
  readonly threadsPayAfter = 1536;
  readonly #library: Library;
  readonly #checks: Address;
  readonly #bytes: Uint8Array;
  /** The same memory in words, for comparing keys. */
  readonly #words: Uint32Array;
  readonly #parsedKeys: Address;
  readonly #slotKeys = new Uint32Array(KEY_SLOTS * 8);
  readonly #slots = new Uint8Array(KEY_SLOTS);

  constructor(library: Library) {
    this.#library = library;
    const checks = library.memory(Math.max(BLOCK * CHECK_BYTES, CHECK_BYTES + MAX_MESSAGE));
    this.#checks = checks.address;
    this.#bytes = new Uint8Array(checks.view);
    this.#words = new Uint32Array(checks.view);
    this.#parsedKeys = library.memory(KEY_SLOTS * PARSED_KEY_BYTES).address;
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
    const { verify, context } = this.#library;
    return verify(context, this.#checks + at + SIGNATURE_OFFSET, message, length, key);
  }

  /** The decompressed key, from its slot or anew; undefined when it is no point of the curve. */
  #parsedKey(at: number): Address | undefined {
    const word = (at + KEY_OFFSET) >> 2;
    const slot = this.#words[word]! & (KEY_SLOTS - 1);
    const parsed = this.#parsedKeys + slot * PARSED_KEY_BYTES;
    if (this.#slots[slot] === EMPTY || !this.#isInSlot(word, slot)) {
      const { parseKey, context } = this.#library;
      const isPoint = parseKey(context, parsed, this.#checks + at + KEY_OFFSET) === 1;
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
