// NIP-37: drafts of events, which only their author can read, and what is in them. The relays that keep them are those of
// the author's kind 10013.
import { type EventTemplate, isKind, isTags, type Tag, type UnsignedEvent } from './event.ts';
import { isTime } from './time.ts';

export const DRAFT = 31234;
export const PRIVATE_RELAYS = 10013;

/** Thrown for a text that is no event; the message quotes nothing of it, for it is private. */
export class InvalidDraftContent extends Error {
  override name = 'InvalidDraftContent';
}

/**
 * The tags of a draft: its identifier, and the kind that it is of. What else is there stays as it is; undefined: there is
 * no draft yet.
 * @example
 * draftTags(undefined, { d: 'rye', kind: 30023 }) // → [['d', 'rye'], ['k', '30023']]
 * draftTags([['d', 'rye'], ['k', '1', 'x'], ['alt', 'y']], { d: 'rye', kind: 30023 }) // → [['d', 'rye'], ['k', '30023'], ['alt', 'y']]
 */
export function draftTags(
  before: readonly Tag[] | undefined,
  { d, kind }: { d: string; kind: number },
): Tag[] {
  const isNamed = before && (d === '' || before.some(([name]) => name === 'd'));
  const tags = isNamed ? [...before] : [['d', d], ...(before ?? [])];
  const at = tags.findIndex(([name]) => name === 'k');
  if (at < 0) return [...tags, ['k', String(kind)]];
  return tags[at]![1] === String(kind) ? tags : tags.with(at, ['k', String(kind)]);
}

/**
 * What is encrypted as the content of a draft: "the JSON-stringified unsigned event".
 * @example
 * draftContent({ pubkey: 'ab', created_at: 17, kind: 30023, tags: [], content: 'Bake.' }) // → '{"pubkey":"ab","created_at":17,"kind":30023,"tags":[],"content":"Bake."}'
 */
export function draftContent({ pubkey, created_at, kind, tags, content }: UnsignedEvent): string {
  return JSON.stringify({ pubkey, created_at, kind, tags, content });
}

/**
 * The event in a draft, as it was decrypted. Programs leave out what a signature alone needs; a time that is not there is 0.
 * Throws `InvalidDraftContent`.
 * @example
 * parseDraftContent('{"kind":30023,"tags":[["d","rye"]],"content":"Bake."}') // → { created_at: 0, kind: 30023, tags: [['d', 'rye']], content: 'Bake.' }
 * parseDraftContent('{"kind":1}') // throws it holds no event
 */
export function parseDraftContent(text: string): EventTemplate {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidDraftContent('it is not JSON');
  }
  const { created_at = 0, kind, tags = [], content } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (!isTime(created_at) || !isKind(kind) || !isTags(tags) || typeof content !== 'string')
    throw new InvalidDraftContent('it holds no event');
  return { created_at, kind, tags, content };
}
