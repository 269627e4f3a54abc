// What differs between two versions of an event, in lines for people: the tags that went and came, and the content.
import type { Event, Tag } from '../../protocol/event.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { encodeEntity } from '../../protocol/nip19.ts';

export type Version = Pick<Event, 'tags' | 'content'>;

/** `- ["r","wss://a"]`, `+ ["r","wss://b"]`; one line where the order alone is another. Empty where nothing differs. */
export function tagChanges(before: readonly Tag[], after: readonly Tag[]): string[] {
  const [was, is] = [before, after].map(tags => tags.map(lineOf));
  return lineChanges(was!, is!, 'the tags');
}

/** Hex tells nobody who is meant: behind a person their npub stands. */
function lineOf(tag: Tag): string {
  const [name, value = ''] = tag;
  const isPerson = name === 'p' && isHex32(value);
  return `${JSON.stringify(tag)}${isPerson ? ` ${encodeEntity({ type: 'npub', pubkey: value })}` : ''}`;
}

/** Characters; nobody looks at the lines of more. */
const MOST_COMPARED = 2 ** 22;

/** The same for the lines of a text. */
export function textChanges(before: string, after: string): string[] {
  if (before.length + after.length > MOST_COMPARED) return contentChange(before, after);
  return lineChanges(linesOf(before), linesOf(after), 'the lines');
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

function lineChanges(before: readonly string[], after: readonly string[], noun: string): string[] {
  const [gone, come] = [without(before, after), without(after, before)];
  const lines = [...gone.map(line => `- ${line}`), ...come.map(line => `+ ${line}`)];
  const isMoved = lines.length === 0 && before.some((line, at) => line !== after[at]);
  return isMoved ? [`${noun} are in another order`] : lines;
}

/** Of a content that is nothing to be read as it is: how long it was, and is. */
export function contentChange(before: string, after: string): string[] {
  if (before === after) return [];
  return [`the content is another: ${before.length} characters before, ${after.length} now`];
}

/** Whether nothing is to be written. */
export function isUnchanged(before: Version, after: Version): boolean {
  return before.content === after.content && isSame(before.tags, after.tags);
}

function isSame(a: readonly Tag[], b: readonly Tag[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The lines that `others` does not have, each as often as it is more there. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const rest = new Map<string, number>();
  for (const line of others) rest.set(line, (rest.get(line) ?? 0) + 1);
  return lines.filter(line => {
    const left = rest.get(line) ?? 0;
    if (left > 0) rest.set(line, left - 1);
    return left === 0;
  });
}
