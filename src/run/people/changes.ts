// What differs between two versions of an event, in lines for people: the tags that went and came, and the content.
import type { Event, Tag } from '../../protocol/event.ts';

export type Version = Pick<Event, 'tags' | 'content'>;

/** `- ["r","wss://a"]`, `+ ["r","wss://b"]`; one line where the order alone is another. Empty where nothing differs. */
export function tagChanges(before: readonly Tag[], after: readonly Tag[]): string[] {
  const [gone, come] = [without(before, after), without(after, before)];
  const lines = [...gone.map(tag => `- ${tag}`), ...come.map(tag => `+ ${tag}`)];
  return lines.length === 0 && !isSame(before, after) ? ['the tags are in another order'] : lines;
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

/** The tags that `others` does not have, each as often as it is more there. */
function without(tags: readonly Tag[], others: readonly Tag[]): string[] {
  const rest = new Map<string, number>();
  for (const tag of others.map(other => JSON.stringify(other))) rest.set(tag, (rest.get(tag) ?? 0) + 1);
  return tags
    .map(tag => JSON.stringify(tag))
    .filter(tag => {
      const left = rest.get(tag) ?? 0;
      if (left > 0) rest.set(tag, left - 1);
      return left === 0;
    });
}
