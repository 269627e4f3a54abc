// What a client sent, read but not yet judged: each frame is a message, or says what is wrong with it.
import { type Event, InvalidEvent, parseEvent } from '../../protocol/event.ts';
import { type ClientMessage, InvalidMessage, parseClientMessage } from '../../protocol/message.ts';
import type { RawFrame } from './inbox.ts';

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

export function readFrame(text: RawFrame): Frame {
  try {
    if (text === undefined) throw new InvalidMessage('a frame is JSON text, and this one is binary');
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
