// The x coordinate that two keys share, by the libsecp256k1 of the system. A copy of the secret lies in memory that C sees for
// as long as one call takes. It lies here beside the check of signatures, which opens the same library.
import {
  ADDRESS,
  type Address,
  openSystemLibrary,
  type SystemLibrary,
  sharedMemory,
} from './system-library.ts';

type NativeAgree = (secretKey: Uint8Array, pubkey: string) => Uint8Array;

/** Where things lie in the memory that C sees, in bytes. */
const KEY = 0;
const PARSED = 64;
const SECRET = 128;
const OUTPUT = 160;
const END = 192;

/** Of a compressed key: a key of Nostr is the point whose y is even. */
const EVEN = 2;
const KEY_BYTES = 33;

/** Once for each process: its memory is never freed. */
let loading: Promise<NativeAgree> | undefined;

/** Loads it for that platform (as `process.platform` names it); rejects with `EngineUnavailable`. */
export function loadNativeAgree(platform: string): Promise<NativeAgree> {
  loading ??= openSystemLibrary(platform, nativeAgree);
  return loading;
}

function nativeAgree({ koffi, library, context }: SystemLibrary): NativeAgree {
  const { bytes, address } = sharedMemory(koffi, END);
  const hash = koffi.proto('int', ['void *', 'void *', 'void *', 'void *']);
  const parseKey = library.func('secp256k1_ec_pubkey_parse', 'int', ['void *', ADDRESS, ADDRESS, 'size_t']);
  const ecdh = library.func('secp256k1_ecdh', 'int', [
    'void *',
    ADDRESS,
    ADDRESS,
    ADDRESS,
    koffi.pointer(hash),
    'void *',
  ]);
  // Instead of the hash of the point, which NIP-44 and NIP-04 do not want, its x.
  const keepX = koffi.register((_output: unknown, x: unknown) => {
    const shared: Uint8Array = koffi.decode(x, 'uint8_t', 32);
    bytes.set(shared, OUTPUT);
    shared.fill(0);
    return 1;
  }, koffi.pointer(hash));
  const at = (offset: number): Address => address + offset;
  return (secretKey, pubkey) => {
    if (secretKey.length !== 32 || pubkey.length !== 64) throw new Error('a key has 32 bytes');
    try {
      bytes[KEY] = EVEN;
      bytes.set(Buffer.from(pubkey, 'hex'), KEY + 1);
      bytes.set(secretKey, SECRET);
      if (parseKey(context, at(PARSED), at(KEY), KEY_BYTES) !== 1) throw new Error('no point of the curve');
      // What C would write into its output is what the function above is to compute.
      if (ecdh(context, at(OUTPUT), at(PARSED), at(SECRET), keepX, null) !== 1)
        throw new Error('no secret key');
      return bytes.slice(OUTPUT, END);
    } finally {
      bytes.fill(0);
    }
  };
}
