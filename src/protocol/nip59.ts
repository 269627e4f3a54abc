// NIP-59 gift wraps, as NIP-17 uses them: a rumor (an event without a signature, so that it can be denied) in a seal
// (signed by its author, without tags) in a wrap (signed by a key used once, so that it tells nothing but its reader).
// Whoever holds the keys is a parameter: bytes in this process, or a signer far away.
import { randomBytes } from './crypto.ts';
import {
  type Event,
  type EventTemplate,
  eventId,
  InvalidEvent,
  parseEvent,
  parseEventJson,
  stringifyEvent,
  type Tag,
  tagValue,
  type UnsignedEvent,
} from './event.ts';
import { generateSecretKey, publicKeyOf } from './keys.ts';
import { conversationKey, decryptPayload, encryptPayload, InvalidPayload } from './nip44.ts';
import { checkEvent, signEvent } from './signature.ts';

/** The kind of a seal. */
export const SEAL_KIND = 13;

/** The kind of a gift wrap. */
export const WRAP_KIND = 1059;

/** The same for a wrap that relays pass on and do not store. */
export const EPHEMERAL_WRAP_KIND = 21059;

/**
 * Whether events of this kind are gift wraps.
 * @example
 * isWrapKind(1059) // → true
 * isWrapKind(1) // → false
 */
export function isWrapKind(kind: number): boolean {
  return kind === WRAP_KIND || kind === EPHEMERAL_WRAP_KIND;
}

/** How far seals and wraps are dated back at most, in seconds: "up to two days in the past" (NIP-17). */
export const MAX_BACKDATING = 2 * 24 * 60 * 60;

/** An event with an id and without a signature. */
export type Rumor = UnsignedEvent & { id: string };

/** Which of the three layers is wrong. */
export type WrapLayer = 'wrap' | 'seal' | 'rumor';

/** Thrown when a gift cannot be made or must not be believed; the message begins with the layer. Holds no secret. */
export class InvalidWrap extends Error {
  override name = 'InvalidWrap';
  readonly layer: WrapLayer;

  /** The message without the layer. */
  readonly reason: string;

  constructor(layer: WrapLayer, reason: string, options?: ErrorOptions) {
    super(`${layer}: ${reason}`, options);
    this.layer = layer;
    this.reason = reason;
  }

  /** Whether this layer was not encrypted for the key that tried, or is damaged. */
  get isUnreadable(): boolean {
    return this.cause instanceof InvalidPayload;
  }
}

/** What a key does for gifts. A `Signer` is one; `keyHolder` makes one of a secret key. */
export interface KeyHolder {
  /** 64 lower-case hex digits. */
  readonly publicKey: string;
  sign(template: EventTemplate): Event | Promise<Event>;
  /** Throws `InvalidPayload`, and so does the next. */
  nip44Encrypt(peer: string, text: string): string | Promise<string>;
  nip44Decrypt(peer: string, payload: string): string | Promise<string>;
}

/**
 * The holder of a secret key of 32 bytes, which are read at each use: overwrite them when it is done with. Keys that it
 * shares with others are overwritten at once.
 * Throws `InvalidKey`.
 * @example
 * keyHolder(hexToBytes('01'.padStart(64, '0'))).publicKey // → '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'
 */
export function keyHolder(secretKey: Uint8Array): KeyHolder {
  return {
    publicKey: publicKeyOf(secretKey),
    sign: template => signEvent(template, secretKey),
    nip44Encrypt: (peer, text) =>
      overwriting(conversationKey(secretKey, peer), key => encryptPayload(text, key)),
    nip44Decrypt: (peer, payload) =>
      overwriting(conversationKey(secretKey, peer), key => decryptPayload(payload, key)),
  };
}

function overwriting<T>(secret: Uint8Array, use: (secret: Uint8Array) => T): T {
  try {
    return use(secret);
  } finally {
    secret.fill(0);
  }
}

/**
 * The rumor of an event that is not signed: the same with its id.
 * Throws `InvalidEvent` for a lone surrogate.
 * @example
 * rumorOf({ pubkey: '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798', created_at: 1700000000, kind: 1, tags: [], content: 'hello' }).id // → 'bde202ea7642ff9910600c7edc948a1f4220f0cbf5e4fb2b7efafa681bbb5285'
 */
export function rumorOf({ pubkey, created_at, kind, tags, content }: UnsignedEvent): Rumor {
  const unsigned = { pubkey, created_at, kind, tags, content };
  return { id: eventId(unsigned), ...unsigned };
}

/**
 * The rumor as one line of JSON, in the order of an event's keys.
 * @example
 * stringifyRumor({ kind: 14, id: 'a', pubkey: 'b', created_at: 1, content: '', tags: [] }) // → '{"id":"a","pubkey":"b","created_at":1,"kind":14,"tags":[],"content":""}'
 */
export function stringifyRumor({ id, pubkey, created_at, kind, tags, content }: Rumor): string {
  return JSON.stringify({ id, pubkey, created_at, kind, tags, content });
}

/**
 * The rumor that a text holds, once it is the author's and nobody signed it.
 * Throws `InvalidWrap`, layer `rumor`.
 * @example
 * parseRumor('{"id":7}', 'ab') // throws rumor: id must be 64 lower-case hex digits
 * parseRumor('[]', 'ab') // throws rumor: an event must be a JSON object
 */
export function parseRumor(text: string, author: string): Rumor {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const { sig, ...event } = parseEvent(isObject ? { ...value, sig: NO_SIGNATURE } : value);
    if (isObject && 'sig' in value && value.sig !== '')
      throw wrong('it is signed, which a rumor must not be');
    if (event.pubkey !== author) throw wrong(`it says it is by ${event.pubkey}, but ${author} sealed it`);
    if (eventId(event) !== event.id) throw wrong('the id is not the hash of the rest');
    return event;
  } catch (error) {
    if (error instanceof SyntaxError) throw wrong('not JSON');
    throw error instanceof InvalidEvent ? wrong(withoutValue(error)) : error;
  }
}

/** The parser quotes what it found, and what was decrypted is private. */
function withoutValue({ layer, message }: InvalidEvent): string {
  return layer === 'json' ? 'not JSON' : message.replace(/, not .*/s, '');
}

/** The shape of a signature, to read the rest of a rumor by. */
const NO_SIGNATURE = '0'.repeat(128);

function wrong(message: string): InvalidWrap {
  return new InvalidWrap('rumor', message);
}

/**
 * A time up to two days before `now`, in unix seconds. `random` is four random bytes.
 * @example
 * backdated(1_700_000_000, new Uint8Array(4)) // → 1700000000
 * backdated(1_700_000_000, Uint8Array.of(0, 0, 0, 9)) // → 1699999991
 */
export function backdated(now: number, random: Uint8Array = randomBytes(4)): number {
  const [a = 0, b = 0, c = 0, d = 0] = random;
  return Math.max(0, now - ((a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) % MAX_BACKDATING));
}

/** When a gift is made, in unix seconds, and what else is said of it. */
export interface GiftOptions {
  now: number;
  /** `WRAP_KIND` by default. */
  kind?: typeof WRAP_KIND | typeof EPHEMERAL_WRAP_KIND | undefined;
  /** When relays are to forget it, in unix seconds: seal and wrap get an `expiration` (NIP-17, NIP-40). */
  expiration?: number | undefined;
}

/**
 * Seals a rumor for one recipient and wraps it: a new key, new nonces and new times at each call.
 * Rejects with `InvalidWrap` for a rumor of another author, and with `InvalidPayload` for a recipient that is no key.
 * @example
 * giftWrap(rumorOf({ pubkey: '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798', created_at: 1700000000, kind: 14, tags: [], content: 'hi' }), 'c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5', keyHolder(hexToBytes('01'.padStart(64, '0'))), { now: 1700000000 }).then(({ tags }) => tags) // → [['p', 'c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5']]
 */
export async function giftWrap(
  rumor: Rumor,
  recipient: string,
  author: Pick<KeyHolder, 'publicKey' | 'sign' | 'nip44Encrypt'>,
  options: GiftOptions,
): Promise<Event> {
  if (rumor.pubkey !== author.publicKey)
    throw wrong(`it is by ${rumor.pubkey}, but the key is ${author.publicKey}`);
  const content = await author.nip44Encrypt(recipient, stringifyRumor(rumor));
  const tags = expirationTags(options);
  const seal = await author.sign({ created_at: backdated(options.now), kind: SEAL_KIND, tags, content });
  return wrapSeal(seal, recipient, options);
}

/**
 * Wraps a seal for one recipient, with a key that is made for it and overwritten.
 * Throws `InvalidPayload` for a recipient that is no key.
 * @example
 * wrapSeal(signEvent({ created_at: 1, kind: 13, tags: [], content: '' }, hexToBytes('01'.padStart(64, '0'))), 'c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5', { now: 1700000000 }).kind // → 1059
 */
export function wrapSeal(seal: Event, recipient: string, options: GiftOptions): Event {
  const { now, kind = WRAP_KIND } = options;
  const tags = [['p', recipient], ...expirationTags(options)];
  return overwriting(generateSecretKey(), secretKey => {
    const key = conversationKey(secretKey, recipient);
    const content = overwriting(key, shared => encryptPayload(stringifyEvent(seal), shared));
    return signEvent({ created_at: backdated(now), kind, tags, content }, secretKey);
  });
}

function expirationTags({ expiration }: GiftOptions): Tag[] {
  return expiration === undefined ? [] : [['expiration', String(expiration)]];
}

/** What a wrap held; all of it has been checked. */
export interface Gift {
  rumor: Rumor;
  /** Signed by the author of the rumor. */
  seal: Event;
}

/** What is wrong with id or signature of an event of the right shape; undefined when both hold. */
export type EventCheck = (
  event: Event,
) => ReturnType<typeof checkEvent> | Promise<ReturnType<typeof checkEvent>>;

/**
 * Opens a gift wrap and believes nothing: kinds, ids and signatures of wrap and seal, that the seal has no tags, that
 * nobody signed the rumor, that its id is right, and that who sealed it is its author.
 * Rejects with `InvalidWrap` that names the layer. `check` may be faster than the check made here.
 * @example
 * openGift(signEvent({ created_at: 1, kind: 1, tags: [], content: '' }, hexToBytes('01'.padStart(64, '0'))), keyHolder(hexToBytes('02'.padStart(64, '0')))) // throws wrap: kind 1 is no gift wrap
 */
export async function openGift(
  wrap: Event,
  reader: Pick<KeyHolder, 'nip44Decrypt'>,
  check: EventCheck = checkEvent,
): Promise<Gift> {
  if (!isWrapKind(wrap.kind))
    throw new InvalidWrap('wrap', `kind ${wrap.kind} is no gift wrap: it must be ${WRAP_KIND}`);
  refuse('wrap', await check(wrap));
  const seal = parseSeal(await decrypted('wrap', wrap, reader));
  refuse('seal', await check(seal));
  return { seal, rumor: parseRumor(await decrypted('seal', seal, reader), seal.pubkey) };
}

function parseSeal(text: string): Event {
  const seal = eventOf(text);
  if (seal.kind !== SEAL_KIND)
    throw new InvalidWrap('seal', `kind ${seal.kind} is no seal: it must be ${SEAL_KIND}`);
  // NIP-59: "tags MUST always be empty"; NIP-17 allows an expiration.
  const tag = seal.tags.find(([name]) => name !== 'expiration');
  if (tag) throw new InvalidWrap('seal', 'it has tags, which a seal must not have');
  return seal;
}

function eventOf(text: string): Event {
  try {
    return parseEventJson(text);
  } catch (error) {
    throw error instanceof InvalidEvent ? new InvalidWrap('seal', withoutValue(error)) : error;
  }
}

/** The text in an event, for its reader. */
async function decrypted(
  layer: 'wrap' | 'seal',
  event: Event,
  reader: Pick<KeyHolder, 'nip44Decrypt'>,
): Promise<string> {
  try {
    return await reader.nip44Decrypt(event.pubkey, event.content);
  } catch (error) {
    if (!(error instanceof InvalidPayload)) throw error;
    throw new InvalidWrap(layer, `it cannot be decrypted: ${error.message}`, { cause: error });
  }
}

const FAULTS = {
  id: 'the id is not the hash of the event',
  signature: "the signature is not the author's over the id",
} as const;

function refuse(layer: WrapLayer, fault: keyof typeof FAULTS | undefined): void {
  if (fault) throw new InvalidWrap(layer, FAULTS[fault]);
}

/**
 * For whom a wrap is, by its `p` tag: undefined when it does not say.
 * @example
 * recipientOf({ tags: [['p', 'ab']] }) // → 'ab'
 */
export function recipientOf(wrap: Pick<Event, 'tags'>): string | undefined {
  return tagValue(wrap, 'p');
}
