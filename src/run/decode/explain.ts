// What a word is: a code, a link, hex, a URI, an invoice, an encrypted key. Common codes are told at once; what needs the
// curve or a cipher is loaded when the first such word comes.
import { notAsked } from '../../flags/identifiers.ts';
import { hexFault } from '../../protocol/mistyped.ts';
import { isNip05Like } from '../../protocol/nip05.ts';
import { encodeEntity, InvalidEntity } from '../../protocol/nip19.ts';
import { decodeCode } from '../../protocol/nip21.ts';
import { isWebLink } from '../../protocol/web-link.ts';
import type { Explanation, Facts, Wishes } from './facts.ts';

/** A promise only where something has to be loaded: there may be millions of words. */
export function explainWord(word: string, wishes: Wishes): Explanation | Promise<Explanation> {
  const rare = rareReader(word, wishes);
  if (rare) return told(word, wishes, rare);
  if (HEX.test(word)) return explainHex(word.toLowerCase(), wishes);
  try {
    const entity = decodeCode(word);
    if (entity.type !== 'nsec') return { facts: entity };
    return told(word, wishes, ({ secretKeyFacts }) => secretKeyFacts(entity.secretKey, wishes.reveal));
  } catch (error) {
    return { problem: problemOf(word, wishes, error as Error) };
  }
}

type RareFacts = typeof import('./rare-facts.ts');
type RareReader = (rare: RareFacts) => Facts;

const CONNECTION = /^(?:bunker|nostrconnect|nostr\+walletconnect):/i;
const INVOICE = /^(?:lightning:|ln(?:bcrt|bc|tbs|tb|sb)\d)/i;

function rareReader(word: string, { reveal }: Wishes): RareReader | undefined {
  if (CONNECTION.test(word)) return ({ uriFacts }) => uriFacts(word, reveal);
  if (INVOICE.test(word)) return ({ invoiceFacts }) => invoiceFacts(word);
  if (/^ncryptsec1/i.test(word)) return ({ encryptedKeyFacts }) => encryptedKeyFacts(word);
  return undefined;
}

async function told(word: string, wishes: Wishes, read: RareReader): Promise<Explanation> {
  const rare = await import('./rare-facts.ts');
  try {
    return { facts: read(rare) };
  } catch (error) {
    return { problem: problemOf(word, wishes, error as Error) };
  }
}

const HEX = /^[0-9a-f]{64}$/i;

/** Never quoted: it may be a secret key. */
function explainHex(hex: string, { isTyped, asId, asPubkey }: Wishes): Explanation {
  const note = () => encodeEntity({ type: 'note', id: hex });
  const npub = () => encodeEntity({ type: 'npub', pubkey: hex });
  if (asId && !asPubkey) return { facts: { type: 'note', id: hex, note: note() } };
  if (asPubkey && !asId) return { facts: { type: 'npub', pubkey: hex, npub: npub() } };
  if (isTyped || asId) return { facts: { type: 'hex', id: hex, note: note(), pubkey: hex, npub: npub() } };
  return {
    problem:
      '64 hex digits may be an event id, a public key or a secret key: give --as-id or --as-pubkey, or nost key import < FILE for a secret',
  };
}

/**
 * Nothing else is quoted: a piece of a secret key that was broken by a blank, or a word of a seed phrase, looks like any
 * other word. On the command line a short one is a mistake, not a secret.
 */
function isQuotable(word: string, isTyped: boolean): boolean {
  return (
    /^(?:nostr:|n(?:crypt)?[a-z]+1|ln[a-z0-9]+1|lightning:)/i.test(word) ||
    CONNECTION.test(word) ||
    isWebLink(word) ||
    (isTyped && word.length < 12)
  );
}

const NOT_SHOWN =
  'not a NIP-19 code such as npub1…, note1… or nevent1…; it is not shown, for it may be a secret';

function problemOf(word: string, { isTyped }: Wishes, error: Error): string {
  if (error instanceof InvalidEntity && error.hasSuggestion) return error.message;
  const ofHex = hexFault(word);
  if (ofHex !== undefined) return ofHex;
  if (isTyped && isNip05Like(word)) return notAsked(word);
  return isQuotable(word, isTyped) ? error.message : NOT_SHOWN;
}
