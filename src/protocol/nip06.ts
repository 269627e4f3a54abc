// NIP-06: a secret key from a mnemonic seed phrase (BIP-39, BIP-32). The NIP is unrecommended: phrases are read, so
// that keys can be brought over, and never made.
import { HDKey } from '@scure/bip32';
import { mnemonicToSeed, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';

/** Thrown when the words are no seed phrase. Never quotes a word: it may be half a secret. */
export class InvalidMnemonic extends Error {
  override name = 'InvalidMnemonic';
}

const LENGTHS: readonly number[] = [12, 15, 18, 21, 24];

/** "Basic, simpler clients can use an account of 0" (NIP-06): one key for each account. */
export const MAX_ACCOUNT = 2 ** 31 - 1;

/**
 * The words of a seed phrase in the form BIP-39 hashes: lower case, one space between. The checksum is verified.
 * Throws `InvalidMnemonic` that says what is wrong without quoting a word.
 * @example
 * parseMnemonic('  Zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo\nzoo WRONG ') // → 'zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong'
 * parseMnemonic('zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo') // throws the checksum is wrong
 * parseMnemonic('leader monkey parrot') // throws 3 words
 * parseMnemonic('zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zzz') // throws word 12 is not in the English list
 */
export function parseMnemonic(text: string): string {
  const words = text.normalize('NFKD').trim().toLowerCase().split(/\s+/);
  if (!LENGTHS.includes(words.length)) {
    throw new InvalidMnemonic(`a seed phrase has 12, 15, 18, 21 or 24 words; this has ${words.length} words`);
  }
  const unknown = words.findIndex(word => !wordlist.includes(word));
  if (unknown >= 0) throw new InvalidMnemonic(`word ${unknown + 1} is not in the English list of BIP-39`);
  const phrase = words.join(' ');
  if (!validateMnemonic(phrase, wordlist)) {
    throw new InvalidMnemonic('the checksum is wrong: a word is not the right one, or they are out of order');
  }
  return phrase;
}

/** The BIP-39 passphrase ("25th word") and the account of a phrase; none and 0 when absent. */
export interface MnemonicSettings {
  passphrase?: string | undefined;
  account?: number | undefined;
}

/**
 * The 32 bytes at `m/44'/1237'/<account>'/0/0` of a seed phrase.
 * Throws `InvalidMnemonic`.
 * @example
 * secretKeyOfMnemonic('leader monkey parrot ring guide accident before fence cannon height naive bean').then(bytesToHex) // → '7f7ff03d123792d6ac594bfa67bf6d0c0ab55b6b1fdb6249303fe861f1ccba9a'
 * secretKeyOfMnemonic('', { account: -1 }) // throws an account is a whole number
 */
export async function secretKeyOfMnemonic(
  text: string,
  { passphrase = '', account = 0 }: MnemonicSettings = {},
): Promise<Uint8Array> {
  if (!Number.isInteger(account) || account < 0 || account > MAX_ACCOUNT) {
    throw new InvalidMnemonic(`an account is a whole number from 0 to ${MAX_ACCOUNT}`);
  }
  const seed = await mnemonicToSeed(parseMnemonic(text), passphrase);
  const root = HDKey.fromMasterSeed(seed);
  seed.fill(0);
  const node = root.derive(`m/44'/1237'/${account}'/0/0`);
  root.wipePrivateData();
  return node.privateKey!;
}
