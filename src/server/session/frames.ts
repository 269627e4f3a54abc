// What a client sent, read but not yet judged: each frame is a message, or says what is wrong with it.
import { type Event, InvalidEvent, parseEvent } from '../../protocol/event.ts';
import { type ClientMessage, InvalidMessage, parseClientMessage } from '../../protocol/message.ts';
import { MAX_LISTS, MAX_VALUES } from '../limits.ts';
import type { RawFrame } from './inbox.ts';

/** The begin of a frame with a subscription id. */
const QUESTION = /^\s*\[\s*"(REQ|COUNT|NEG-OPEN)"\s*,\s*("(?:[^"\\]|\\.){0,500}")/;

/** The result of parsing a frame. The event of an EVENT frame is verified later, together with its batch. */
export type Frame =
  | { message: ClientMessage; event?: Event; problem?: string }
  | { message: undefined; error: InvalidMessage };

/** An EVENT with a well-formed event. */
export interface Publication {
  message: ClientMessage;
  event: Event;
}

export function isPublication(frame: Frame): frame is Publication {
  return frame.message !== undefined && frame.event !== undefined;
}

/**
 * Whether a frame would take many times its length once it is parsed. What stands in strings does not count; a short
 * frame is not looked at.
 */
export function holdsTooMuch(text: string): boolean {
  if (text.length < 2 * MAX_LISTS) return false;
  let lists = 0;
  let commas = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) at = endOfString(text, at);
    else if (char === LIST || char === OBJECT) lists++;
    else if (char === COMMA) commas++;
  }
  return lists > MAX_LISTS || commas >= MAX_VALUES;
}

const [QUOTE, LIST, OBJECT, COMMA, BACKSLASH] = [...'"[{,\\'].map(char => char.charCodeAt(0));

/** A refusal that names the question, so that the client hears of its end. */
function tooMuch(text: string): InvalidMessage {
  const why = `more than ${MAX_LISTS} lists and objects, or ${MAX_VALUES} values, in one frame`;
  const [, verb, subId] = QUESTION.exec(text.slice(0, 600)) ?? [];
  return subId === undefined ? new InvalidMessage(why) : new InvalidMessage(why, JSON.parse(subId), verb);
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
    if (holdsTooMuch(text)) throw tooMuch(text);
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
