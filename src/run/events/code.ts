// What a NIP-19 code is made of: a value and the parts that flags give, or the JSON that `decode` prints.
import { parseAddressOf, parseEventId, parsePubkey } from '../../flags/identifiers.ts';
import { isKind } from '../../protocol/event.ts';
import { hexToBytes, isHex32 } from '../../protocol/hex.ts';
import { type Address, kindClass, kindInfo, parseAddress } from '../../protocol/kind.ts';
import type { EncodableEntity } from '../../protocol/nip19.ts';
import { quote } from '../../protocol/quote.ts';

export const CODE_TYPES = ['npub', 'nsec', 'note', 'nprofile', 'nevent', 'naddr'] as const;

export type CodeType = (typeof CODE_TYPES)[number];

/** What flags say of a code. */
export interface CodeParts {
  relay?: readonly string[] | undefined;
  author?: string | undefined;
  kind?: number | undefined;
  identifier?: string | undefined;
}

/**
 * The entity of a type that a value stands for; the rest comes from the parts. Throws when the value is of another
 * sort, or a part is missing or has no place there. The message never quotes the value of an nsec.
 */
export function entityOf(type: CodeType, value: string, parts: CodeParts): EncodableEntity {
  refuseExtra(type, parts);
  const relays = [...(parts.relay ?? [])];
  switch (type) {
    case 'npub':
      return { type, pubkey: parsePubkey(value) };
    case 'note':
      return { type, id: parseEventId(value) };
    case 'nsec':
      return { type, secretKey: secretOf(value) };
    case 'nprofile':
      return { type, pubkey: parsePubkey(value), relays };
    case 'nevent': {
      const { author, kind } = parts;
      const event = { type, id: parseEventId(value), relays };
      return { ...event, ...(author !== undefined && { author }), ...(kind !== undefined && { kind }) };
    }
    case 'naddr':
      return { type, ...addressOf(value, parts), relays };
  }
}

/** Which parts a type has. */
const PARTS: Record<CodeType, readonly (keyof CodeParts)[]> = {
  npub: [],
  nsec: [],
  note: [],
  nprofile: ['relay'],
  nevent: ['relay', 'author', 'kind'],
  naddr: ['relay', 'author', 'kind', 'identifier'],
};

function refuseExtra(type: CodeType, parts: CodeParts): void {
  const extra = PARTS.naddr.find(name => parts[name] !== undefined && !PARTS[type].includes(name));
  if (extra !== undefined) throw new Error(`a code of the type ${type} holds no ${extra}`);
}

function secretOf(value: string): Uint8Array {
  const hex = value.toLowerCase();
  if (!isHex32(hex)) throw new Error('a secret key is 64 hex digits');
  return hexToBytes(hex);
}

function addressOf(value: string, { author, kind, identifier }: CodeParts) {
  if (value === '') {
    if (author === undefined || kind === undefined || identifier === undefined)
      throw new Error('an naddr needs --author, --kind and --identifier, or kind:pubkey:identifier');
    return addressable({ pubkey: author, kind, identifier });
  }
  if (author !== undefined || kind !== undefined || identifier !== undefined)
    throw new Error('an address is whole by itself: leave out --author, --kind and --identifier');
  return addressable(parseAddress(parseAddressOf(value))!);
}

/** Only of an event that a newer one replaces an address says which it is. */
function addressable(address: Address): Address {
  const { kind } = address;
  const kindOf = kindClass(kind);
  if (kindOf === 'addressable' || kindOf === 'replaceable') return address;
  const name = kindInfo(kind)?.name;
  const noun = name === undefined ? `kind ${kind}` : `kind ${kind} (${name})`;
  throw new Error(`events of ${noun} have no address, each has its id: nost encode nevent ID`);
}

/**
 * The entity that a line of `decode` describes; the relays of the parts are added. Throws when it describes none. The
 * message never quotes a secret.
 */
export function entityOfJson(json: unknown, { relay = [] }: CodeParts): EncodableEntity {
  if (typeof json !== 'object' || json === null) throw new Error('no JSON object');
  const given = json as Record<string, unknown>;
  if (isEvent(given)) throw new Error('that is an event: nost decode --field nevent prints its code');
  const fields = given['type'] === 'event' ? asNevent(given) : given;
  const type = CODE_TYPES.find(name => name === fields['type']);
  if (type === undefined) throw new Error(typeFault(fields['type']));
  if (type === 'nsec' && fields['secret_key'] === undefined)
    throw new Error('secret_key is missing: decode prints it with --reveal');
  const text = (name: string) => checked(name, fields[name], isText);
  if (type === 'npub') return entityOf(type, text('pubkey'), {});
  if (type === 'note') return entityOf(type, text('id'), {});
  if (type === 'nsec') return entityOf(type, checked('secret_key', fields['secret_key'], isText, ''), {});
  const relays = { relay: [...checked('relays', fields['relays'] ?? [], isTexts), ...relay] };
  if (type === 'nprofile') return entityOf(type, text('pubkey'), relays);
  if (type === 'nevent') {
    const { author, kind } = fields;
    return entityOf(type, text('id'), {
      ...relays,
      ...(author !== undefined && { author: parsePubkey(text('author')) }),
      ...(kind !== undefined && { kind: checked('kind', kind, isKind) }),
    });
  }
  const author = parsePubkey(text('pubkey'));
  const kind = checked('kind', fields['kind'], isKind);
  return { type, pubkey: author, kind, identifier: text('identifier'), relays: relays.relay };
}

/** Why there is no code of that type: `decode` tells of more than codes. */
function typeFault(type: unknown): string {
  if (type === 'hex') return 'hex may be an id or a key: nost decode --as-id, or --as-pubkey';
  const known = `type must be one of ${CODE_TYPES.join(', ')}`;
  return type === undefined ? known : `${known}, not ${quote(type)}`;
}

/** An event as it stands on stdin, not what `decode` says of it. */
function isEvent({ type, id, tags }: Record<string, unknown>): boolean {
  return type === undefined && id !== undefined && Array.isArray(tags);
}

/** What `decode` says of an event names its author `pubkey`, and no relays. */
function asNevent({ id, pubkey, kind }: Record<string, unknown>): Record<string, unknown> {
  return { type: 'nevent', id, kind, ...(pubkey !== undefined && { author: pubkey }) };
}

const isText = (value: unknown): value is string => typeof value === 'string';

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

function checked<T>(
  field: string,
  value: unknown,
  holds: (value: unknown) => value is T,
  shown = quote(value),
): T {
  if (value === undefined) throw new Error(`${field} is missing`);
  if (!holds(value)) throw new Error(`${field} must not be${shown === '' ? ' that' : ` ${shown}`}`);
  return value;
}
