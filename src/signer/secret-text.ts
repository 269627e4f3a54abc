// Parses the text of a secret source: its form, and the key in it. A text that is not a key is never quoted, because it
// may be a key with a typing error. For the same reason the error of the decoder is not kept as the cause.
import { SignerError } from '../errors.ts';
import { hexToBytes } from '../protocol/hex.ts';
import { publicKeyOf } from '../protocol/keys.ts';
import { decodeEntity } from '../protocol/nip19.ts';
import type { SignerEnvironment } from './environment.ts';

/** What a secret source may hold, and the most common mistake: the public key. */
export type SecretForm = 'nsec' | 'hex' | 'ncryptsec' | 'bunker' | 'npub' | 'unknown';

/**
 * The form of a text, decided by its beginning only; surrounding white space is ignored.
 * @example
 * secretForm('nsec1…') // → 'nsec'
 * secretForm('AB'.repeat(32)) // → 'hex'
 * secretForm('bunker://ab?relay=wss://x.com') // → 'bunker'
 * secretForm('hunter2') // → 'unknown'
 */
export function secretForm(text: string): SecretForm {
  const start = text.trim().toLowerCase();
  if (start.startsWith('nsec1')) return 'nsec';
  if (/^[0-9a-f]{64}$/.test(start)) return 'hex';
  if (start.startsWith('ncryptsec1')) return 'ncryptsec';
  if (start.startsWith('bunker://')) return 'bunker';
  if (start.startsWith('npub1')) return 'npub';
  return 'unknown';
}

/**
 * The 32 bytes of an nsec or of 64 hex digits, in the range of the curve.
 * Throws `SignerError` whose message begins with `where`, the name of the source, and never contains the text.
 * @example
 * parseSecretKey('0'.repeat(63) + '3', 'NOSTR_SECRET_KEY')[31] // → 3
 * parseSecretKey('0'.repeat(64), 'NOSTR_SECRET_KEY') // throws NOSTR_SECRET_KEY holds a number that is no key
 */
export function parseSecretKey(text: string, where: string): Uint8Array {
  const secret = decodeSecret(text.trim(), where);
  try {
    publicKeyOf(secret);
  } catch {
    secret.fill(0);
    throw badSecret(where, 'holds a number that is no key: zero, or not below the order of the curve');
  }
  return secret;
}

/**
 * The key in the text of a source. When it is encrypted, reads its passphrase. The log redacts the key from then on.
 * Throws `SignerError`.
 */
export async function openSecretText(
  text: string,
  where: string,
  environment: SignerEnvironment,
): Promise<Uint8Array> {
  const secret =
    secretForm(text) === 'ncryptsec'
      ? await (await import('./encrypted.ts')).openEncrypted(text.trim(), where, environment)
      : parseSecretKey(text, where);
  environment.onSecret?.(secret);
  return secret;
}

/** Refuses a text that `openSecretText` cannot open, whatever the passphrase. Throws `SignerError`. */
export async function checkSecretText(text: string, where: string): Promise<void> {
  if (secretForm(text) === 'ncryptsec') (await import('./encrypted.ts')).checkEncrypted(text.trim(), where);
  else parseSecretKey(text, where).fill(0);
}

function decodeSecret(text: string, where: string): Uint8Array {
  switch (secretForm(text)) {
    case 'hex':
      return hexToBytes(text.toLowerCase());
    case 'nsec':
      return decodeNsec(text, where);
    case 'ncryptsec':
      throw unsupported(where, 'holds an encrypted key (ncryptsec), where a plain one belongs');
    case 'bunker':
      throw unsupported(where, 'holds a bunker:// address, and remote signers are not yet supported here');
    case 'npub':
      throw badSecret(where, 'holds a public key (npub); signing needs the secret one (nsec)');
    case 'unknown':
      throw badSecret(
        where,
        text ? 'holds neither an nsec nor 64 hex digits nor an ncryptsec' : 'is empty',
        hintFor(text),
      );
  }
}

function decodeNsec(text: string, where: string): Uint8Array {
  try {
    const entity = decodeEntity(text);
    if (entity.type === 'nsec') return entity.secretKey;
  } catch {
    // Its message may quote the text, so it is replaced.
  }
  throw badSecret(where, 'holds a damaged nsec: a character is wrong or missing');
}

function badSecret(where: string, problem: string, hint?: string): SignerError {
  return new SignerError(`${where} ${problem}`, { code: 'bad_secret', hint });
}

/** Twelve or more words are a seed phrase. */
function hintFor(text: string): string | undefined {
  const words = text.split(/\s+/).length;
  return words < 12 ? undefined : 'A seed phrase is imported once: nost key import --mnemonic';
}

function unsupported(where: string, problem: string): SignerError {
  return new SignerError(`${where} ${problem}`, {
    code: 'unsupported_secret',
    hint: 'Give the key as an nsec or as 64 hex digits.',
  });
}

/**
 * Whether a text contains a valid nsec, which must not be published by mistake. With a wrong checksum it is not a key.
 * @example
 * holdsNsec('my nsec1 is gone') // → false
 */
export function holdsNsec(text: string): boolean {
  const candidates = text.match(/nsec1[02-9ac-hj-np-z]{58}/gi) ?? [];
  return candidates.some(candidate => isNsec(candidate));
}

/**
 * Whether a text contains a URI with which whoever reads it spends from a wallet, or has a signer sign.
 * @example
 * holdsConnection(`nostr+walletconnect://${'ab'.repeat(32)}?relay=wss://r.example&secret=${'01'.repeat(32)}`) // → true
 * holdsConnection('nostr+walletconnect://KEY?relay=wss://…&secret=…') // → false
 */
export function holdsConnection(text: string): boolean {
  if (!/[?&;]secret=[a-z0-9_-]{8}/i.test(text)) return false;
  let begin = Number.NEGATIVE_INFINITY;
  for (const { 0: part, index } of text.matchAll(PARTS_OF_URI)) {
    if (part.endsWith(':')) begin = index + part.length;
    else if (!part.endsWith('=')) begin = Number.NEGATIVE_INFINITY;
    else if (index - begin <= LONGEST_URI) return true;
  }
  return false;
}

/** The beginning, a secret, and what ends it: one search for the three takes no longer for many of them. */
const PARTS_OF_URI = /(?:nostr\+?walletconnect|bunker):|[?&;]secret=(?=[a-z0-9_-]{8})|\s+/gi;

/** Characters between the beginning and the secret. */
const LONGEST_URI = 2000;

function isNsec(candidate: string): boolean {
  try {
    return decodeEntity(candidate).type === 'nsec';
  } catch {
    return false;
  }
}
