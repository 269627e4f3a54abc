// What is to be deleted, as codes, ids, addresses and events name it; before any relay has been asked.
import { type Event, eventId } from '../../protocol/event.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { type Address, kindClass, kindInfo, parseAddress } from '../../protocol/kind.ts';
import { deletersOf } from '../../protocol/nip09.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { decodeCode, type PublicEntity } from '../../protocol/nip21.ts';
import { quote } from '../../protocol/quote.ts';
import { parseWanted } from '../lookup/wanted.ts';

export interface Target {
  /** An id, or an address `kind:pubkey:identifier`. */
  key: string;
  /** The parts of an address; undefined: an id. */
  address: Address | undefined;
  /** Relays that its codes name. */
  hints: string[];
  /** What is said of it, until it is found. */
  claim: Claim | undefined;
}

/** Whose an event is. */
export interface Claim {
  /** Undefined: it is not said. */
  kind: number | undefined;
  /** The keys that may have it deleted. */
  deleters: readonly string[];
  /** The id or the address itself says so. */
  isCertain: boolean;
}

/** How targets may be written. */
export const TAKEN =
  'delete takes nevent, note, naddr, a hex id, kind:pubkey:identifier, or a link that holds a code.';

/** Bytes of an identifier: far more than relays take in a tag. */
const MOST_IDENTIFIER = 16 * 1024;

/** Relays that the codes of one target name, of which one more is remembered: that there are too many is told. */
export const MOST_HINTED = 50;

/** What one word names. Throws when it names no event. */
export function parseTarget(text: string): Target {
  const address = parseAddress(text);
  if (address) return addressTarget(address, []);
  if (isHex32(text.toLowerCase())) return idTarget(text.toLowerCase(), [], undefined);
  const { key, hints } = parseWanted(text);
  const entity = decodeCode(text) as PublicEntity; // which `parseWanted` took
  if (entity.type === 'npub' || entity.type === 'nprofile')
    throw new Error(
      `${quote(text)} is an ${entity.type}, and a person is no event; the profile is ${codeOf(0, entity.pubkey)}`,
    );
  if (entity.type === 'naddr') return addressTarget(entity, hints);
  return idTarget(key, hints, claimOf(entity));
}

/** Messages show no hex. */
function codeOf(kind: number, pubkey: string): string {
  return encodeEntity({ type: 'naddr', kind, pubkey, identifier: '', relays: [] });
}

function claimOf(entity: PublicEntity): Claim | undefined {
  if (entity.type !== 'nevent' || entity.author === undefined) return undefined;
  return { kind: entity.kind, deleters: [entity.author], isCertain: false };
}

function idTarget(id: string, hints: string[], claim: Claim | undefined): Target {
  return { key: id, address: undefined, hints, claim };
}

function addressTarget({ kind, pubkey, identifier }: Address, hints: string[]): Target {
  const kindOf = kindClass(kind);
  if (kindOf !== 'addressable' && kindOf !== 'replaceable')
    throw new Error(`events of kind ${kind} have no address: name each by its id`);
  if (kindOf === 'replaceable' && identifier !== '')
    throw new Error(`${shownKind(kind)} has no identifier: write ${codeOf(kind, pubkey)}`);
  if (!identifier.isWellFormed()) throw new Error('an identifier with a lone surrogate cannot be sent');
  if (Buffer.byteLength(identifier) > MOST_IDENTIFIER)
    throw new Error(`an identifier of ${Buffer.byteLength(identifier)} bytes is longer than relays take`);
  return {
    key: `${kind}:${pubkey}:${identifier}`,
    address: { kind, pubkey, identifier },
    hints,
    claim: { kind, deleters: [pubkey], isCertain: true },
  };
}

/** An event that is at hand. Throws when its id is not its own. */
export function eventTarget(event: Event): Target {
  if (eventId(event) !== event.id) throw new Error('the id is not the hash of the event');
  return idTarget(event.id, [], { kind: event.kind, deleters: deletersOf(event), isCertain: true });
}

/** Many words may name one event. */
export class TargetSet {
  readonly #byKey = new Map<string, Target>();

  get size(): number {
    return this.#byKey.size;
  }

  get all(): Target[] {
    return [...this.#byKey.values()];
  }

  add(target: Target): void {
    const known = this.#byKey.get(target.key);
    if (!known) return void this.#byKey.set(target.key, target);
    for (const hint of target.hints)
      if (known.hints.length <= MOST_HINTED && !known.hints.includes(hint)) known.hints.push(hint);
    if (!known.claim?.isCertain) known.claim = target.claim ?? known.claim;
  }
}

/** As people read it. Bare hex may be a secret, typed in the wrong place: as a code it says that it was taken for an id. */
export function shownTarget({ key, address }: Pick<Target, 'key' | 'address'>): string {
  if (!address) return encodeEntity({ type: 'note', id: key });
  const { kind, identifier } = address;
  return `${shownKind(kind)}${kindClass(kind) === 'addressable' ? ` ${quote(identifier)}` : ''}`;
}

/** `kind 1 (note)`. */
export function shownKind(kind: number): string {
  const name = kindInfo(kind)?.name;
  return name === undefined ? `kind ${kind}` : `kind ${kind} (${name})`;
}

/**
 * The words of a text that may name several, with commas or blanks between them. The identifier of an address may hold
 * these: only what begins a code ends it, and at the end of the text every blank is a part of it.
 */
export function wordsOf(text: string): string[] {
  const parts = text.split(BEFORE_CODE).map(part => part.trimStart());
  return parts
    .flatMap((part, index) => {
      if (!parseAddress(part)) return part.split(/[\s,]+/);
      return index < parts.length - 1 ? withoutComma(part.trimEnd()) : part;
    })
    .filter(word => word !== '');
}

function withoutComma(word: string): string {
  return word.endsWith(',') ? word.slice(0, -1).trimEnd() : word;
}

const BEFORE_CODE =
  /[\s,](?=(?:nostr:)?n[a-z]{3,8}1|\d{1,5}:[0-9a-f]{64}:|[0-9a-f]{64}(?:[\s,]|$)|https?:\/\/)/i;
