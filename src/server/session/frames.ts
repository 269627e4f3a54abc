// What a client sent, read but not yet judged: each frame is a message, or says what is wrong with it.
import { type Event, InvalidEvent, parseEvent } from '../../protocol/event.ts';
import { type ClientMessage, InvalidMessage, parseClientMessage } from '../../protocol/message.ts';
import { MAX_LISTS, MAX_VALUES, TOO_MANY_TAGS } from '../limits.ts';
import type { RawFrame } from './inbox.ts';

/** The begin of a frame with a subscription id. */
const QUESTION = /^\s*\[\s*"(REQ|COUNT|NEG-OPEN)"\s*,\s*("(?:[^"\\]|\\.){0,500}")/;

/** The result of parsing a frame. The event of an EVENT frame is verified later, together with its batch. */
export type Frame =
  | { message: ClientMessage; event?: Event; problem?: string }
  | { message: undefined; error: InvalidMessage; eventId?: string | undefined };

/** An EVENT with a well-formed event. */
export interface Publication {
  message: ClientMessage;
  event: Event;
}

export function isPublication(frame: Frame): frame is Publication {
  return frame.message !== undefined && frame.event !== undefined;
}

/**
 * Of what a frame has so many that it would take many times its length once it is parsed. What stands in strings does not count; a short
 * frame is not looked at.
 */
export function holdsTooMuch(text: string): 'lists' | 'values' | undefined {
  if (text.length < 2 * MAX_LISTS) return undefined;
  let lists = 0;
  let commas = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) at = endOfString(text, at);
    else if (char === LIST || char === OBJECT) lists++;
    else if (char === COMMA) commas++;
  }
  if (lists > MAX_LISTS) return 'lists';
  return commas >= MAX_VALUES ? 'values' : undefined;
}

const [QUOTE, LIST, OBJECT, COMMA, BACKSLASH, LIST_END, OBJECT_END] = [...'"[{,\\]}'].map(char =>
  char.charCodeAt(0),
);

/** A refusal that names the question, so that the client hears of its end. */
function tooMuch(text: string, what: 'lists' | 'values'): InvalidMessage {
  if (what === 'lists' && EVENT_HEAD.test(text)) return new InvalidMessage(TOO_MANY_TAGS);
  const why = `more than ${MAX_LISTS} lists and objects, or ${MAX_VALUES} values, in one frame`;
  const [, verb, subId] = QUESTION.exec(text.slice(0, 600)) ?? [];
  return subId === undefined ? new InvalidMessage(why) : new InvalidMessage(why, JSON.parse(subId), verb);
}

/** The begin of an EVENT, up to its first key. */
const EVENT_HEAD = /^\s*\[\s*"EVENT"\s*,\s*\{/;

/** What follows the key `id` when it is one. */
const ID_VALUE = /\s*:\s*"([0-9a-f]{64})"/y;

/**
 * The id of the event of an EVENT frame that is too large to be parsed: an OK names it. Only a key of the event itself is
 * one; of several the last counts, as in JSON.
 */
export function eventIdIn(text: string): string | undefined {
  const [head] = EVENT_HEAD.exec(text) ?? [];
  if (head === undefined) return undefined;
  let id: string | undefined;
  let depth = 1;
  for (let at = head.length; at < text.length && depth > 0; at++) {
    const char = text.charCodeAt(at);
    if (char === LIST || char === OBJECT) depth++;
    else if (char === LIST_END || char === OBJECT_END) depth--;
    if (char !== QUOTE) continue;
    const begin = at;
    at = endOfString(text, at);
    if (depth !== 1 || text.slice(begin, at + 1) !== '"id"') continue;
    ID_VALUE.lastIndex = at + 1;
    const [value = '', hex] = ID_VALUE.exec(text) ?? [];
    id = hex;
    at += value.length;
  }
  return id;
}

/** The place of the quote that ends the string that begins at `at`; the end of the text when none does. */
function endOfString(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    const char = text.charCodeAt(end);
    if (char === BACKSLASH) end++;
    else if (char === QUOTE) return end;
  }
  return text.length;
}

export function readFrame(text: RawFrame): Frame {
  try {
    if (text === undefined) throw new InvalidMessage('a frame is JSON text, and this one is binary');
    const excess = holdsTooMuch(text);
    if (excess) return { message: undefined, error: tooMuch(text, excess), eventId: eventIdIn(text) };
    const message = parseClientMessage(text);
    return message.type === 'EVENT' ? { message, ...readEvent(message.event) } : { message };
  } catch (error) {
    const isForeseen = error instanceof InvalidMessage;
    return { message: undefined, error: isForeseen ? error : new InvalidMessage((error as Error).message) };
  }
}

/** The event, or why the value is none. */
export function readEvent(value: unknown): { event?: Event; problem?: string } {
  try {
    return { event: parseEvent(value) };
  } catch (error) {
    if (error instanceof InvalidEvent) return { problem: error.message };
    throw error;
  }
}
