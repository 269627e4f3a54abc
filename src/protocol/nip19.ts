// NIP-19: the bech32 codes people copy (npub, nsec, note, nprofile, nevent, naddr), to values and back.
// For display and input only: never inside events or filters.
import { bech32 } from '@scure/base';
import { isKind, MAX_KIND } from './event.ts';
import { bytesToHex, hexToBytes, isHex32 } from './hex.ts';
import { codeFault } from './mistyped.ts';
import { readPlainCode } from './plain-bech32.ts';
import { quote } from './quote.ts';

/** What a code stands for; the fields stand in the order in which `decode` prints them. */
export type Entity =
  | { type: 'npub'; pubkey: string }
  | Secret
  | { type: 'note'; id: string }
  | { type: 'nprofile'; pubkey: string; relays: string[] }
  | { type: 'nevent'; id: string; relays: string[]; author?: string; kind?: number }
  | { type: 'naddr'; identifier: string; pubkey: string; relays: string[]; kind: number }
  | { type: 'nrelay'; relay: string };

/** A secret key of 32 bytes. Decoding makes the field non-enumerable, so that printing an entity cannot show it. */
export interface Secret {
  type: 'nsec';
  secretKey: Uint8Array;
}

/** What can be encoded: `nrelay` is deprecated, so it is read and not written. */
export type EncodableEntity = Exclude<Entity, { type: 'nrelay' }>;

/** Thrown when text is no code of NIP-19, or a value cannot be one. The message never holds a secret key. */
export class InvalidEntity extends Error {
  override name = 'InvalidEntity';

  /** Whether the message says what was meant. */
  get hasSuggestion(): boolean {
    return this.message.includes('; did you mean ');
  }
}

/** "Bech32-formatted strings SHOULD be limited to 5000 characters" (NIP-19). */
export const MAX_ENTITY = 5000;

const SPECIAL = 0;
const RELAY = 1;
const AUTHOR = 2;
const KIND = 3;

/**
 * Decodes a code. Unknown TLVs are skipped, the first of each kind counts, all lengths are checked; the key of an
 * nsec may still be out of range (see `publicKeyOf`).
 * Throws `InvalidEntity`.
 * @example
 * decodeEntity('npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6') // → { type: 'npub', pubkey: '3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d' }
 * decodeEntity('nevent1qqsrhuxx8l9ex335q7he0f09aej04zpazpl0ne2cgukyawd24mayt8grqsqqqqqqp9778e') // → { type: 'nevent', id: '3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d', relays: [], kind: 0 }
 * decodeEntity('npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w4') // throws invalid checksum
 * decodeEntity('npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w4') // throws did you mean npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6?
 * decodeEntity('lnurl1dp68gurn8ghj77pw0y64t5eq') // throws unknown prefix "lnurl"
 * decodeEntity('hello') // throws not a NIP-19 code: "hello"
 * decodeEntity('npub19') // throws not a NIP-19 code: too short (6 of 63 characters): "npub19"
 */
export function decodeEntity(text: string): Entity {
  const { prefix, bytes } = decodeBech32(text);
  switch (prefix) {
    case 'npub':
      return { type: 'npub', pubkey: bytesToHex(exactly32(bytes, 'npub')) };
    case 'note':
      return { type: 'note', id: bytesToHex(exactly32(bytes, 'note')) };
    case 'nsec':
      return secret(exactly32(bytes, 'nsec'));
    case 'nprofile':
      return decodeProfile(readTlvs(bytes));
    case 'nevent':
      return decodeEvent(readTlvs(bytes));
    case 'naddr':
      return decodeAddress(readTlvs(bytes));
    case 'nrelay':
      return { type: 'nrelay', relay: utf8(special(readTlvs(bytes), 'nrelay')) };
    default:
      throw new InvalidEntity(
        `unknown prefix ${quote(prefix)}; NIP-19 knows npub nsec note nprofile nevent naddr`,
      );
  }
}

function decodeBech32(text: string): { prefix: string; bytes: Uint8Array } {
  if (text.length > MAX_ENTITY) {
    throw new InvalidEntity(`the code is longer than ${MAX_ENTITY} characters: ${quote(text)}`);
  }
  const plain = readPlainCode(text);
  if (plain) return plain;
  const decoded = bech32.decodeUnsafe(text, MAX_ENTITY);
  if (!decoded) throw new InvalidEntity(codeFault(text));
  const bytes = bech32.fromWordsUnsafe(decoded.words);
  if (!bytes) throw new InvalidEntity(`not a NIP-19 code (invalid padding): ${quote(text)}`);
  return { prefix: decoded.prefix, bytes };
}

function exactly32(bytes: Uint8Array, what: string): Uint8Array {
  if (bytes.length !== 32) throw new InvalidEntity(`${what} must hold 32 bytes, not ${bytes.length}`);
  return bytes;
}

function secret(secretKey: Uint8Array): Secret {
  return Object.defineProperty({ type: 'nsec' }, 'secretKey', { value: secretKey }) as Secret;
}

/** The values of each TLV type, in order. */
type Tlvs = Map<number, Uint8Array[]>;

function readTlvs(bytes: Uint8Array): Tlvs {
  const tlvs: Tlvs = new Map();
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at + 1];
    if (length === undefined || at + 2 + length > bytes.length) {
      throw new InvalidEntity('the code ends in the middle of a TLV');
    }
    const value = bytes.subarray(at + 2, at + 2 + length);
    const values = tlvs.get(bytes[at]!);
    if (values) values.push(value);
    else tlvs.set(bytes[at]!, [value]);
    at += 2 + length;
  }
  return tlvs;
}

function special(tlvs: Tlvs, type: string): Uint8Array {
  const value = tlvs.get(SPECIAL)?.[0];
  if (!value) throw new InvalidEntity(`${type} must hold a TLV of type ${SPECIAL}`);
  return value;
}

function relaysOf(tlvs: Tlvs): string[] {
  return (tlvs.get(RELAY) ?? []).map(utf8);
}

function authorOf(tlvs: Tlvs): string | undefined {
  const value = tlvs.get(AUTHOR)?.[0];
  return value && bytesToHex(exactly32(value, 'the author'));
}

function kindOf(tlvs: Tlvs): number | undefined {
  const value = tlvs.get(KIND)?.[0];
  if (!value) return undefined;
  if (value.length !== 4) throw new InvalidEntity(`the kind must hold 4 bytes, not ${value.length}`);
  const kind = new DataView(value.buffer, value.byteOffset).getUint32(0);
  if (!isKind(kind)) throw new InvalidEntity(`the kind ${kind} is above ${MAX_KIND}`);
  return kind;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new InvalidEntity('the code holds text that is not UTF-8');
  }
}

function decodeProfile(tlvs: Tlvs): Entity {
  const pubkey = bytesToHex(exactly32(special(tlvs, 'nprofile'), 'the pubkey'));
  return { type: 'nprofile', pubkey, relays: relaysOf(tlvs) };
}

function decodeEvent(tlvs: Tlvs): Entity {
  const id = bytesToHex(exactly32(special(tlvs, 'nevent'), 'the id'));
  const author = authorOf(tlvs);
  const kind = kindOf(tlvs);
  return {
    type: 'nevent',
    id,
    relays: relaysOf(tlvs),
    ...(author !== undefined && { author }),
    ...(kind !== undefined && { kind }),
  };
}

function decodeAddress(tlvs: Tlvs): Entity {
  const identifier = utf8(special(tlvs, 'naddr'));
  const pubkey = authorOf(tlvs);
  const kind = kindOf(tlvs);
  if (pubkey === undefined) throw new InvalidEntity(`naddr must hold an author (a TLV of type ${AUTHOR})`);
  if (kind === undefined) throw new InvalidEntity(`naddr must hold a kind (a TLV of type ${KIND})`);
  return { type: 'naddr', identifier, pubkey, relays: relaysOf(tlvs), kind };
}

/**
 * The code of a value.
 * Throws `InvalidEntity` for ids and keys that are not 64 hex digits, kinds out of range, a relay or identifier of
 * more than 255 bytes, and a code of more than 5,000 characters; nothing is ever cut.
 * @example
 * encodeEntity({ type: 'npub', pubkey: '3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d' }) // → 'npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6'
 * encodeEntity({ type: 'note', id: 'abc' }) // throws id must be 64 lower-case hex digits, not "abc"
 */
export function encodeEntity(entity: EncodableEntity): string {
  const code = bech32.encode(entity.type, bech32.toWords(payload(entity)), false);
  if (code.length > MAX_ENTITY) {
    throw new InvalidEntity(`the code would be ${code.length} characters long; ${MAX_ENTITY} are allowed`);
  }
  return code;
}

function payload(entity: EncodableEntity): Uint8Array {
  switch (entity.type) {
    case 'npub':
      return hex32('pubkey', entity.pubkey);
    case 'nsec':
      return exactly32(entity.secretKey, 'nsec');
    case 'note':
      return hex32('id', entity.id);
    case 'nprofile':
      return concat([tlv(SPECIAL, hex32('pubkey', entity.pubkey)), ...relayTlvs(entity.relays)]);
    case 'nevent':
      return concat([
        tlv(SPECIAL, hex32('id', entity.id)),
        ...relayTlvs(entity.relays),
        ...(entity.author === undefined ? [] : [tlv(AUTHOR, hex32('author', entity.author))]),
        ...(entity.kind === undefined ? [] : [tlv(KIND, uint32(entity.kind))]),
      ]);
    case 'naddr':
      return concat([
        tlv(SPECIAL, utf8Bytes('identifier', entity.identifier)),
        ...relayTlvs(entity.relays),
        tlv(AUTHOR, hex32('pubkey', entity.pubkey)),
        tlv(KIND, uint32(entity.kind)),
      ]);
    default:
      throw new InvalidEntity(`${quote((entity as { type: unknown }).type)} cannot be encoded`);
  }
}

function hex32(field: string, value: string): Uint8Array {
  if (!isHex32(value))
    throw new InvalidEntity(`${field} must be 64 lower-case hex digits, not ${quote(value)}`);
  return hexToBytes(value);
}

function uint32(kind: number): Uint8Array {
  if (!isKind(kind))
    throw new InvalidEntity(`kind must be a whole number from 0 to ${MAX_KIND}, not ${quote(kind)}`);
  return Uint8Array.of(0, 0, kind >> 8, kind & 0xff);
}

function utf8Bytes(field: string, text: string): Uint8Array {
  if (!text.isWellFormed()) throw new InvalidEntity(`${field} holds a lone surrogate: ${quote(text)}`);
  const bytes = new TextEncoder().encode(text);
  // "T and L are 1 byte each": what is longer cannot be written, and a cut value would be another value.
  if (bytes.length > 255) {
    throw new InvalidEntity(`${field} is ${bytes.length} bytes long, above 255: ${quote(text)}`);
  }
  return bytes;
}

function relayTlvs(relays: readonly string[]): Uint8Array[] {
  return relays.map(relay => tlv(RELAY, utf8Bytes('relay', relay)));
}

function tlv(type: number, value: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(type, value.length), value]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => [...part]));
}
