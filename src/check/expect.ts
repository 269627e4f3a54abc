// What cases expect of events: the right ones, whole, in the right order. Throws `Wrong` with both sides named.
import { type Event, isTags, stringifyEvent } from '../protocol/event.ts';
import { compileFilters, type Filter } from '../protocol/filter.ts';
import { quote } from '../protocol/quote.ts';
import { Wrong } from './verdict.ts';

/** These events and no others, in any order. That each is as it was published is for `sameEvents` to tell. */
export function sameIds(came: readonly Event[], expected: readonly Event[], where: string): void {
  const ids = came.map(({ id }) => id);
  for (const event of expected) {
    const times = ids.filter(id => id === event.id).length;
    if (times === 0) throw new Wrong(`${where} misses event ${short(event)}`);
    if (times > 1) throw new Wrong(`${where} gives event ${short(event)} ${times} times`);
  }
  const wanted = new Set(expected.map(({ id }) => id));
  const stray = came.find(({ id }) => !wanted.has(id));
  if (stray) throw new Wrong(`${where} gives event ${short(stray)}, which it should not`);
}

/** The same, each as it was published. */
export function sameEvents(came: readonly Event[], expected: readonly Event[], where: string): void {
  sameIds(came, expected, where);
  for (const event of came) sameEvent(event, expected.find(({ id }) => id === event.id)!, where);
}

/** Of these events exactly those that match; what comes of others, on a relay that is shared, matches too. */
export function onlyMatching(
  came: readonly Event[],
  planted: readonly Event[],
  filters: readonly Filter[],
): void {
  const where = `a REQ with ${shorten(filters.map(filter => JSON.stringify(filter)).join(','))}`;
  const isWanted = compileFilters(filters);
  const stray = came.find(event => !isWanted(event));
  if (stray) throw new Wrong(`${where} gives event ${short(stray)}, which does not match`);
  const ids = new Set(planted.map(({ id }) => id));
  sameIds(
    came.filter(({ id }) => ids.has(id)),
    planted.filter(isWanted),
    where,
  );
}

/** Nothing of these is among what came. */
export function noneOf(came: readonly Event[], unwanted: readonly Event[], where: string): void {
  const found = unwanted.find(({ id }) => came.some(event => event.id === id));
  if (found) throw new Wrong(`${where} gives event ${short(found)}, which it should not`);
}

/** What a relay calls an event. Throws `Wrong` when none can be seen in it; that it is the right one is for the case to tell. */
export function asEvent(value: unknown): Event {
  if (!isEventShaped(value)) throw new Wrong(`it sent as an event what is none: ${quote(value)}`);
  return value;
}

/** Whether a value has the fields of an event, of their types. */
function isEventShaped(value: unknown): value is Event {
  if (typeof value !== 'object' || value === null) return false;
  const { id, pubkey, created_at, kind, tags, content } = value as Record<string, unknown>;
  const areTexts = [id, pubkey, content].every(field => typeof field === 'string');
  const areNumbers = [created_at, kind].every(field => typeof field === 'number');
  return areTexts && areNumbers && isTags(tags);
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

/** A REQ can be long; its beginning says what was asked. */
function shorten(text: string): string {
  return text.length <= MAX_QUESTION ? text : `${text.slice(0, MAX_QUESTION)}…`;
}

const MAX_QUESTION = 160;

function short({ id }: Event): string {
  return `${String(id).slice(0, 8)}…`;
}
