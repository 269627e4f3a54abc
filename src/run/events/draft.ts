// From what a person or a program wrote to a signed event: drafts are completed and signed, signed events pass
// untouched once their id and signature hold.
import { UsageError } from '../../errors.ts';
import type { FlaggedEvent } from '../../flags/event-flags.ts';
import { parsePubkey } from '../../flags/identifiers.ts';
import type { Mining } from '../../mining/mining.ts';
import {
  type Event,
  eventId,
  InvalidEvent,
  isKind,
  isTags,
  type Tag,
  type UnsignedEvent,
} from '../../protocol/event.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { kindClass, kindInfo } from '../../protocol/kind.ts';
import type { KindInfo } from '../../protocol/kind-names.ts';
import { CHAT, PRIVATE_KINDS } from '../../protocol/nip17.ts';
import { expirationFault } from '../../protocol/nip40.ts';
import { quote } from '../../protocol/quote.ts';
import { implausibleTime, isTime } from '../../protocol/time.ts';
import { holdsConnection, holdsNsec } from '../../signer/secret-text.ts';
import type { Signer } from '../../signer/signer.ts';

export interface DraftOptions {
  flags: FlaggedEvent;
  /** --pow. */
  mining?: Mining | undefined;
  /** --allow-nsec: sign though the event would tell the world a secret key. Undefined: the command has no such flag. */
  allowNsec?: boolean | undefined;
  signer: () => Promise<Signer>;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Ends a bulk. */
  signal: AbortSignal;
  /** Told of what is valid and will not do everywhere. */
  warn?: (message: string) => void;
}

/** The draft cannot become an event; the message names the field and quotes the value. */
export class InvalidDraft extends Error {
  override name = 'InvalidDraft';
}

/** The kind is one whose content is a text, and there is none: perhaps a draft was meant to be read. */
export class MissingContent extends InvalidDraft {
  constructor({ kind, name }: Pick<KindInfo, 'kind' | 'name'>) {
    super(`an event of kind ${kind} (${name}) has a text as its content, and there is none`);
  }
}

/** A value is taken for a signed event when it claims a signature; an empty one is none. */
export function isSigned(value: object): boolean {
  return 'sig' in value && !isLacking(value.sig);
}

/** Other programs write what a draft has not yet as an empty text or null. */
function isLacking(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

const FIELDS = new Set(['id', 'pubkey', 'created_at', 'kind', 'tags', 'content']);

/** Completes a draft from stdin with what the flags say, and signs it. Throws `InvalidDraft`. */
export async function signDraft(value: object, options: DraftOptions): Promise<Event> {
  const { filled, claims } = readDraft(value, options.flags);
  return signTemplate(filled, options, claims);
}

/** What a draft claims of its author and its id; it must hold. */
export interface Claims {
  pubkey?: unknown;
  id?: unknown;
}

export interface Draft {
  /** What it says, and the flags where it says nothing. */
  filled: FlaggedEvent;
  claims: Claims;
}

/** A draft from stdin. Throws `InvalidDraft`. */
export function readDraft(value: object, flags: FlaggedEvent): Draft {
  const draft = withoutEmpty(value);
  const unknown = Object.keys(draft).find(key => !FIELDS.has(key));
  if (unknown !== undefined) throw new InvalidDraft(`unknown field ${quote(unknown)} in a draft`);
  const filled = { ...flags, ...definedOf(draft) };
  if (filled.kind === undefined && filled.content === undefined && filled.tags.length === 0) {
    throw new InvalidDraft('an empty draft: give it a kind, a content or tags');
  }
  return { filled, claims: draft };
}

/** The fields that only a signed event must have may be empty. */
function withoutEmpty(value: object): Partial<Record<keyof Event, unknown>> {
  const { id, sig, pubkey, ...rest } = value as Partial<Record<keyof Event, unknown>>;
  const given = Object.entries({ id, sig, pubkey }).filter(([, field]) => !isLacking(field));
  return { ...rest, ...Object.fromEntries(given) };
}

/** An id or a key stands where hex belongs. */
function shownHex(value: unknown): string {
  return isHex32(value) ? value : quote(value);
}

function definedOf({
  kind,
  content,
  tags,
  created_at,
}: Partial<Record<keyof Event, unknown>>): Partial<FlaggedEvent> {
  const defined: Partial<FlaggedEvent> = {};
  if (kind !== undefined) defined.kind = checked('kind', kind, isKind);
  if (content !== undefined)
    defined.content = checked('content', content, (text): text is string => typeof text === 'string');
  if (tags !== undefined) defined.tags = checked('tags', tags, isTags);
  if (created_at !== undefined) defined.created_at = plausible(checked('created_at', created_at, isTime));
  return defined;
}

function plausible(time: number): number {
  const fault = implausibleTime(time);
  if (fault !== undefined) throw new InvalidDraft(`created_at ${fault}`);
  return time;
}

function checked<T>(field: string, value: unknown, holds: (value: unknown) => value is T): T {
  if (!holds(value)) throw new InvalidDraft(`${field} must not be ${quote(value)}`);
  return value;
}

/** Signs what the flags say, with the defaults for what they do not. Throws `InvalidDraft`. */
export async function signTemplate(
  flagged: FlaggedEvent,
  options: DraftOptions,
  claims: Claims = {},
): Promise<Event> {
  checkFlagged(flagged);
  refusePrivate(flagged);
  const signer = await options.signer();
  const now = () => Math.floor(options.now() / 1000);
  const { id, ...unsigned } = completeEvent(flagged, signer, { ...options, now }, claims);
  const { pubkey, ...template } = unsigned;
  const { mining } = options;
  if (mining === undefined || mining.isDone({ id, tags: template.tags })) return signer.sign(template);
  if (claims.id !== undefined)
    throw new InvalidDraft('it has an id, which --pow would change: leave the id out of the draft');
  const clock = flagged.created_at === undefined ? now : () => template.created_at;
  return signer.sign(await mining.mine(unsigned, clock));
}

/** What `completeEvent` needs; `now` is in unix seconds. */
type CompletionOptions = Pick<DraftOptions, 'allowNsec' | 'warn' | 'now'>;

/** The event of the flags, not signed, with the defaults for what they do not say. Throws `InvalidDraft`. */
export function completeEvent(
  { kind = 1, content = '', tags, created_at }: FlaggedEvent,
  signer: Pick<Signer, 'publicKey' | 'isRevealedBy'>,
  { allowNsec, warn, now }: CompletionOptions,
  claims: Claims,
): UnsignedEvent & { id: string } {
  if (claims.pubkey !== undefined && authorOf(claims.pubkey) !== signer.publicKey) {
    throw new InvalidDraft(`the draft is by ${shownHex(claims.pubkey)}, the key is ${signer.publicKey}`);
  }
  if (!allowNsec) refuseSecrets([content, ...tags.flat()], signer, allowNsec);
  if (kind === PROFILE && !isObject(content)) throw new InvalidDraft(NO_PROFILE);
  if (holdsDelete(content, tags)) warn?.(DELETE_WARNING);
  if (kindClass(kind) === 'addressable' && !tags.some(([name]) => name === 'd')) warn?.(unidentified(kind));
  const unsigned = { pubkey: signer.publicKey, created_at: created_at ?? now(), kind, tags, content };
  const id = eventId(unsigned); // refuses what has no UTF-8 form before the key is used
  if (claims.id !== undefined && claims.id !== id)
    throw new InvalidDraft(`the id is not the hash of the rest: ${shownHex(claims.id)}`);
  return { id, ...unsigned };
}

/** The author that a draft names: hex in either case, npub or nprofile. */
function authorOf(pubkey: unknown): string {
  try {
    return parsePubkey(checked('pubkey', pubkey, field => typeof field === 'string'));
  } catch (error) {
    throw error instanceof InvalidDraft ? error : new InvalidDraft(`pubkey: ${(error as Error).message}`);
  }
}

/** Throws `InvalidDraft` for what is wrong whoever signs: no text where the kind asks for one, an expiration that is none. */
export function checkFlagged(flagged: FlaggedEvent): void {
  const { kind = 1, content } = flagged;
  const info = kindInfo(kind);
  if (info?.text && content === undefined) throw new MissingContent({ kind, name: info.name });
  const fault = expirationFault(flagged);
  if (fault !== undefined) throw new InvalidDraft(fault);
}

/** NIP-17: "Kind 14s MUST never be signed. If it is signed, the message might leak to relays and become fully public." */
function refusePrivate({ kind = 1 }: FlaggedEvent): void {
  if (!PRIVATE_KINDS.includes(kind)) return;
  const how = kind === CHAT ? 'nost dm send sends one' : 'nost wrap makes one that can be sent';
  throw new InvalidDraft(
    `kind ${kind} (${kindInfo(kind)!.name}) is a private message, which must never be signed: ${how}`,
  );
}

/** The same for flags that are all that there is of an event. Throws `UsageError`. */
export function checkOnlyEvent(flagged: FlaggedEvent): void {
  try {
    checkFlagged(flagged);
  } catch (error) {
    throw flagsFault(error);
  }
}

/** What is wrong with an event that the flags describe, as a usage error; any other error is itself. */
export function flagsFault(error: unknown): unknown {
  if (error instanceof MissingContent)
    return new UsageError(`${error.message}: give -m TEXT, or - to read drafts from stdin`, {
      code: 'no_content',
      hint: "An empty text is given with -m ''.",
    });
  const isFault = error instanceof InvalidEvent || error instanceof InvalidDraft;
  return isFault ? new UsageError(error.message, { code: 'bad_event' }) : error;
}

const PROFILE = 0;

const NO_PROFILE = 'a profile (kind 0) is a JSON object, such as {"name":"alice","about":"…"}';

function isObject(content: string): boolean {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function refuseSecrets(
  texts: readonly string[],
  signer: Pick<Signer, 'isRevealedBy'>,
  allowNsec: false | undefined,
): void {
  const what = texts.some(holdsNsec)
    ? 'a secret key (nsec)'
    : texts.some(holdsConnection)
      ? 'a URI with the secret of a wallet or a signer'
      : texts.some(text => signer.isRevealedBy(text))
        ? 'the secret key that is to sign it'
        : undefined;
  if (!what) return;
  const otherwise = allowNsec === undefined ? '' : '; --allow-nsec signs it all the same';
  throw new InvalidDraft(`it holds ${what}${otherwise}`);
}

/** U+007F is plain text in JSON, but strfry's writer escapes it and finds another id. */
const DELETE_WARNING = 'the event holds U+007F (DEL): valid, but strfry relays refuse it as "bad event id"';

function holdsDelete(content: string, tags: readonly Tag[]): boolean {
  return content.includes('\u007f') || tags.some(tag => tag.some(text => text.includes('\u007f')));
}

/** A relay keeps one event of an addressable kind for each author and identifier, and none counts as one (NIP-01). */
function unidentified(kind: number): string {
  const name = kindInfo(kind)?.name;
  const shown = name === undefined ? `kind ${kind}` : `kind ${kind} (${name})`;
  return `an event of ${shown} without an identifier (-d NAME) replaces your last one without`;
}
