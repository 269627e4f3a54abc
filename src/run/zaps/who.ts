// Who is zapped, as a word of the line names them; and what is said where that is nobody.
import { Failure, UsageError } from '../../errors.ts';
import { meaningOf } from '../../flags/people.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { quote } from '../../protocol/quote.ts';
import { NoSuchName } from '../lookup/nip05.ts';
import { type PersonOrEvent, parsePersonOrEvent, ZAPPED } from '../lookup/wanted.ts';

/** An invoice, an LNURL, or a URI of either or of an address. */
const OF_LIGHTNING = /^(?:lightning:|lnurl1|ln(?:bcrt|bc|tbs|tb)(?:\d+[munp]?)?1)/i;

/** A person or an event. Throws `UsageError`. */
export function parseWho(word: string): PersonOrEvent {
  if (OF_LIGHTNING.test(word))
    throw new UsageError(`WHO: ${quote(word)} names nobody of Nostr`, {
      code: 'bad_value',
      hint: ZAPPED.hint,
    });
  return meaningOf(word, parsePersonOrEvent, ZAPPED);
}

/** An error, with what the word was taken for. */
export function toldOfWho(word: string, error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  const hint = hintFor(word, error);
  return hint === undefined ? error : new Failure(error.kind, error.message, { code: error.code, hint });
}

function hintFor(word: string, error: Failure): string | undefined {
  if (error.code === 'not_found' && isHex32(word.toLowerCase()))
    return 'Hex stands for a person. An event is named by a code: nost encode note HEX';
  if (error instanceof NoSuchName && error.kind === 'refused')
    return 'NAME@DOMAIN is a name of Nostr (NIP-05). A lightning address may be another: name the person by npub.';
  return undefined;
}
