// Who is meant by a word, where the network may be asked: a code, a NIP-05 name, or an account, in this order.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import { keyOf, parsePerson } from '../../flags/people.ts';
import { isNip05Like, parseNip05 } from '../../protocol/nip05.ts';
import type { Entity } from '../../protocol/nip19.ts';
import { decodeCode } from '../../protocol/nip21.ts';
import { relayUrlsIn } from '../../protocol/relay-url.ts';
import type { CommandEnd } from '../command-end.ts';
import { lookUpName } from './nip05.ts';

/** A person, and relays where they may be found. */
export interface Someone {
  pubkey: string;
  hints: string[];
}

/** Rejects with `UsageError` when the word is nobody, with `NoSuchName` when a domain does not know the name. */
export async function findPerson(
  word: string,
  flags: NetworkFlags,
  context: Context,
  end: CommandEnd,
): Promise<Someone> {
  const entity = entityOf(word);
  if (entity?.type === 'nprofile') return { pubkey: entity.pubkey, hints: relayUrlsIn(entity.relays) };
  if (entity === undefined && isNip05Like(word)) {
    const { pubkey, relays } = await lookUpName(parseNip05(word), flags, context, end.signal);
    return { pubkey, hints: relayUrlsIn(relays) };
  }
  const { now, stdin, accountKey } = context;
  try {
    return {
      pubkey: await keyOf(parsePerson(word), { now, stdin, accountKey, signal: end.signal }),
      hints: [],
    };
  } catch (error) {
    if (error instanceof Error && error.constructor === Error)
      throw new UsageError(error.message, { code: 'bad_value' });
    throw error;
  }
}

function entityOf(word: string): Entity | undefined {
  try {
    return decodeCode(word);
  } catch {
    return undefined;
  }
}
