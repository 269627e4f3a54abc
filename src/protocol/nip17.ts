// NIP-17: private messages. What a message is, who takes part in it, and until when it may be kept; how it is sealed and
// wrapped is NIP-59's.
import type { Event, Tag } from './event.ts';
import { isHex32 } from './hex.ts';
import { expirationOf } from './nip40.ts';

/** The kind of a chat message: plain text. */
export const CHAT = 14;

/** Chat messages and files: their `p` tags say who takes part. "Kind 14s MUST never be signed." */
export const PRIVATE_KINDS: readonly number[] = [CHAT, 15];

/** What may be said in a conversation: messages, files, reactions to them, and requests to delete one. */
export const CONVERSATION_KINDS: readonly number[] = [...PRIVATE_KINDS, 7, 5];

/** What a message says beside its text. */
export interface MessageOptions {
  /** Public keys: to whom. */
  to: readonly string[];
  subject?: string | undefined;
  /** The message that it answers, and a relay where that is. */
  parent?: { id: string; relay?: string | undefined } | undefined;
  /** Further tags. */
  tags?: readonly Tag[] | undefined;
}

/**
 * The tags of a chat message: a `p` for each receiver, an `e` for what it answers, its `subject`, and others.
 * @example
 * messageTags({ to: ['ab'], subject: 'tea' }) // → [['p', 'ab'], ['subject', 'tea']]
 * messageTags({ to: ['ab'], parent: { id: 'cd' } }) // → [['p', 'ab'], ['e', 'cd']]
 */
export function messageTags({ to, subject, parent, tags = [] }: MessageOptions): Tag[] {
  const { id, relay } = parent ?? {};
  const answered = id === undefined ? [] : [relay === undefined ? ['e', id] : ['e', id, relay]];
  const titled = subject === undefined ? [] : [['subject', subject]];
  return [...to.map(person => ['p', person]), ...answered, ...titled, ...tags];
}

/**
 * Who takes part in a conversation: the author and the `p` tags, each once. "The set of `pubkey` + `p` tags defines a chat
 * room."
 * @example
 * participantsOf({ pubkey: 'ab'.repeat(32), tags: [['p', 'cd'.repeat(32)], ['p', 'x']] }) // → new Set(['ab'.repeat(32), 'cd'.repeat(32)])
 */
export function participantsOf({ pubkey, tags }: Pick<Event, 'pubkey' | 'tags'>): Set<string> {
  const people = tags.filter(([name]) => name === 'p').map(([, key]) => key);
  return new Set([pubkey, ...people.filter(isHex32)]);
}

/**
 * When a message expires, in unix seconds, as the first of its layers to expire says; undefined where none does.
 * @example
 * expiryOf([{ tags: [['expiration', '1700000300']] }, { tags: [['expiration', '1700000200']] }, { tags: [] }]) // → 1700000200
 * expiryOf([{ tags: [] }]) // → undefined
 */
export function expiryOf(layers: readonly Pick<Event, 'tags'>[]): number | undefined {
  const times = layers.map(expirationOf).filter(time => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}
