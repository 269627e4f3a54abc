// What an event says: its kind, its address, what its tags hold, and whether its id and its signature are right. An
// event that is wrong, or a draft, is explained as far as it goes.
import { type Event, hasValidId, InvalidEvent, isKind, isTags, parseEvent } from '../../protocol/event.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { eventAddress, kindClass, kindInfo, parseAddress } from '../../protocol/kind.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { isTime } from '../../protocol/time.ts';
import type { Explanation, Facts } from './facts.ts';
import { isoTime, naddrOf, tagFacts } from './tag-facts.ts';

/** Whether the signature of an event is its author's over its id. */
export type SignatureCheck = (event: Event) => boolean;

/** What a JSON object says if it is an event or a draft of one: it has a kind then. */
export function explainEvent(value: object, isSigned: SignatureCheck): Explanation {
  const { id, pubkey, created_at, kind, tags, content } = value as Record<string, unknown>;
  if (!isKind(kind)) return { problem: 'not an event: it has no kind, a whole number from 0 to 65535' };
  const event = checked(value);
  const author = isHex32(pubkey) ? pubkey : undefined;
  const time = isTime(created_at) ? created_at : undefined;
  const facts: Facts = {
    type: 'event',
    id: isHex32(id) ? id : undefined,
    ...validity(event, isSigned),
    ...kindFacts(kind),
    ...(author !== undefined && codes({ id, kind, pubkey: author, tags: isTags(tags) ? tags : [] })),
    created_at: time,
    date: time === undefined ? undefined : isoTime(time),
    pubkey: author,
    npub: author && encodeEntity({ type: 'npub', pubkey: author }),
    tags: isTags(tags) ? tagFacts(tags) : undefined,
    content: typeof content === 'string' ? content : undefined,
  };
  return { facts };
}

/** The event, or what is wrong with its form. */
function checked(value: object): Event | string {
  try {
    return parseEvent(value);
  } catch (error) {
    if (error instanceof InvalidEvent) return error.message;
    throw error;
  }
}

function validity(event: Event | string, isSigned: SignatureCheck): object {
  if (typeof event === 'string') return { valid: false, problem: event };
  const id = hasValidId(event);
  const signature = isSigned(event);
  const problem = id ? 'the signature is not by the author' : 'the id is not the hash of the event';
  return {
    valid: id && signature,
    ...(!(id && signature) && { problem }),
    id_valid: id,
    sig_valid: signature,
  };
}

function kindFacts(kind: number): object {
  const { name, description, nip } = kindInfo(kind) ?? {};
  return { kind, kind_name: name, description, class: kindClass(kind), nip };
}

/** Codes for the event, and for what it is the newest of. */
function codes({
  id,
  kind,
  pubkey,
  tags,
}: {
  id: unknown;
  kind: number;
  pubkey: string;
  tags: string[][];
}): object {
  const address = eventAddress({ kind, pubkey, tags });
  const parts = address === undefined ? undefined : parseAddress(address);
  return {
    nevent: isHex32(id) ? encodeEntity({ type: 'nevent', id, relays: [], author: pubkey, kind }) : undefined,
    address,
    naddr: parts && naddrOf(parts),
  };
}
