// The addresses on the chain that a BOLT-11 invoice may name as a way out: field f.
import { sha256 } from '@noble/hashes/sha2.js';
import { bech32, bech32m, createBase58check } from '@scure/base';

export type InvoiceNetwork = 'bitcoin' | 'testnet' | 'signet' | 'regtest' | 'simnet';

/** By what follows `ln` in an invoice. */
export const NETWORKS: Readonly<Record<string, InvoiceNetwork>> = {
  bc: 'bitcoin',
  tb: 'testnet',
  tbs: 'signet',
  bcrt: 'regtest',
  sb: 'simnet',
};

/** What addresses begin with: the letters of a witness program, and the byte of a hash of a key or of a script. */
const FORMS: Readonly<Record<InvoiceNetwork, readonly [letters: string, key: number, script: number]>> = {
  bitcoin: ['bc', 0x00, 0x05],
  testnet: ['tb', 0x6f, 0xc4],
  signet: ['tb', 0x6f, 0xc4],
  regtest: ['bcrt', 0x6f, 0xc4],
  simnet: ['sb', 0x3f, 0x7b],
};

const KEY_HASH = 17;
const SCRIPT_HASH = 18;
const LAST_WITNESS_VERSION = 16;

/**
 * The address in the words of a field f; undefined where its version is unknown or its length is wrong: BOLT-11 says to
 * skip it then.
 * @example
 * fallbackAddress([], 'bitcoin') // → undefined
 */
export function fallbackAddress(words: readonly number[], network: InvoiceNetwork): string | undefined {
  const [version = -1, ...rest] = words;
  const hash = bech32.fromWordsUnsafe(rest);
  if (!hash) return undefined;
  const [letters, key, script] = FORMS[network];
  if (version === KEY_HASH || version === SCRIPT_HASH) {
    if (hash.length !== 20) return undefined;
    return createBase58check(sha256).encode(Uint8Array.of(version === KEY_HASH ? key : script, ...hash));
  }
  if (version < 0 || version > LAST_WITNESS_VERSION || hash.length < 2 || hash.length > 40) return undefined;
  if (version === 0 && hash.length !== 20 && hash.length !== 32) return undefined;
  return (version === 0 ? bech32 : bech32m).encode(letters, [version, ...rest]);
}
