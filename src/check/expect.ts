// What cases expect of events: the right ones, whole, in the right order. Throws `Wrong` with both sides named.
import { type Event, stringifyEvent } from '../protocol/event.ts';
import { Wrong } from './verdict.ts';

/** These events and no others, in any order, each as it was published. */
export function sameIds(came: readonly Event[], expected: readonly Event[], where: string): void {
  const ids = came.map(({ id }) => id);
  for (const event of expected) {
    const times = ids.filter(id => id === event.id).length;
    if (times === 0) throw new Wrong(`${where} misses event ${short(event)}`);
    if (times > 1) throw new Wrong(`${where} gives event ${short(event)} ${times} times`);
  }
  for (const event of came) {
    const original = expected.find(({ id }) => id === event.id);
    if (!original) throw new Wrong(`${where} gives event ${short(event)}, which it should not`);
    sameEvent(event, original, where);
  }
}

/** The same in this very order. */
export function sameOrder(came: readonly Event[], expected: readonly Event[], where: string): void {
  sameIds(came, expected, where);
  const at = came.findIndex(({ id }, i) => id !== expected[i]!.id);
  if (at !== -1)
    throw new Wrong(
      `${where} gives event ${short(came[at]!)} at place ${at + 1}, not ${short(expected[at]!)}`,
    );
}

/** An event came back as it was published. */
export function sameEvent(came: Event, published: Event, where: string): void {
  if (text(came) !== text(published)) throw new Wrong(`${where} gives event ${short(published)} changed`);
}

function text(event: Event): string {
  try {
    return stringifyEvent(event);
  } catch {
    return JSON.stringify(event);
  }
}

function short({ id }: Event): string {
  return `${String(id).slice(0, 8)}…`;
}
