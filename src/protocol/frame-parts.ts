// What all frames of the protocol are made of: a JSON array that begins with a verb. Which verbs there are is in message.ts.
import { quote } from './quote.ts';

/** Thrown when text is no frame of the protocol. `subId` is set when it could still be read, with the verb it came with. */
export class InvalidMessage extends Error {
  override name = 'InvalidMessage';
  readonly subId: string | undefined;
  readonly verb: string | undefined;
  constructor(message: string, subId?: string, verb?: string) {
    super(message);
    this.subId = subId;
    this.verb = verb;
  }
}

/** A frame as JSON has it. */
export type Frame = [verb: string, ...rest: unknown[]];

/** The elements of a frame; the first is the verb. Throws `InvalidMessage`. */
export function parseFrame(text: string): Frame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidMessage(`not JSON: ${quote(text)}`);
  }
  if (!Array.isArray(value)) throw new InvalidMessage(`a frame must be a JSON array, not ${quote(value)}`);
  if (typeof value[0] !== 'string')
    throw new InvalidMessage(`a frame must begin with a verb, not ${quote(value[0])}`);
  return value as unknown as Frame;
}

/** Throws `InvalidMessage` for a frame of another length. */
export function exactly(frame: Frame, length: number): void {
  if (frame.length !== length) {
    throw new InvalidMessage(`${frame[0]} must have ${length} elements, not ${frame.length}`);
  }
}

/** "an arbitrary, non-empty string of max length 64 chars" (NIP-01): characters of Unicode, not units of UTF-16. */
export function clientSubId(frame: Frame): string {
  const subId = frame[1];
  if (typeof subId !== 'string' || subId === '') {
    throw new InvalidMessage(`the subscription id must be a non-empty string, not ${quote(subId)}`);
  }
  if (subId.length > MAX_SUB_ID && [...subId.slice(0, 2 * MAX_SUB_ID + 1)].length > MAX_SUB_ID) {
    throw new InvalidMessage(`the subscription id is longer than ${MAX_SUB_ID} characters`, subId, frame[0]);
  }
  return subId;
}

export const MAX_SUB_ID = 64;

/** The element as a string. Throws `InvalidMessage` when it is none. */
export function stringAt(frame: Frame, index: number): string {
  const value = frame[index];
  if (typeof value !== 'string') {
    throw new InvalidMessage(`${frame[0]} must hold a string at position ${index}, not ${quote(value)}`);
  }
  return value;
}

/** The element as a string, which is empty when it is none. */
export function optionalText(frame: Frame, index: number): string {
  return typeof frame[index] === 'string' ? frame[index] : '';
}
