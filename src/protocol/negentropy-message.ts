// The frames that carry NIP-77, in both directions. Subscription ids of NEG frames are apart from those of REQ.
import { type Filter, parseFilter } from './filter.ts';
import { clientSubId, exactly, type Frame, InvalidMessage, optionalText, stringAt } from './frame-parts.ts';
import { bytesToHex, hexToBytes } from './hex.ts';
import { quote } from './quote.ts';

/** What a client sends. `frame` holds the bytes that nip77.ts makes and reads; hex on the wire. */
export type NegentropyClientMessage =
  | { type: 'NEG-OPEN'; subId: string; filter: Filter; frame: Uint8Array }
  | { type: 'NEG-MSG'; subId: string; frame: Uint8Array }
  | { type: 'NEG-CLOSE'; subId: string };

/** What a relay sends. `max` of a NEG-ERR is how many items a session may have, where the relay tells it. */
export type NegentropyRelayMessage =
  | { type: 'NEG-MSG'; subId: string; frame: Uint8Array }
  | { type: 'NEG-ERR'; subId: string; message: string; max?: number };

/** The message in a NEG frame of a client. Throws `InvalidMessage`, with the subscription id and verb where they can be read. */
export function parseNegentropyClient(
  verb: NegentropyClientMessage['type'],
  frame: Frame,
): NegentropyClientMessage {
  const subId = clientSubId(frame);
  try {
    exactly(frame, LENGTHS[verb]);
    if (verb === 'NEG-CLOSE') return { type: verb, subId };
    if (verb === 'NEG-MSG') return { type: verb, subId, frame: bytesAt(frame, 2) };
    return { type: verb, subId, filter: parseFilter(frame[2]), frame: bytesAt(frame, 3) };
  } catch (error) {
    throw new InvalidMessage((error as Error).message, subId, verb);
  }
}

const LENGTHS = { 'NEG-OPEN': 4, 'NEG-MSG': 3, 'NEG-CLOSE': 2 } as const;

/** The message in a NEG frame of a relay. Throws `InvalidMessage`. */
export function parseNegentropyRelay(
  verb: NegentropyRelayMessage['type'],
  frame: Frame,
): NegentropyRelayMessage {
  const subId = stringAt(frame, 1);
  if (verb === 'NEG-MSG') return { type: verb, subId, frame: bytesAt(frame, 2) };
  const max = frame[3];
  const error = { type: verb, subId, message: optionalText(frame, 2) };
  return Number.isSafeInteger(max) && (max as number) >= 0 ? { ...error, max: max as number } : error;
}

/** The bytes of hex digits, in lower or upper case. */
function bytesAt(frame: Frame, index: number): Uint8Array {
  const hex = stringAt(frame, index);
  try {
    return hexToBytes(hex);
  } catch {
    throw new InvalidMessage(`${frame[0]} must hold bytes as hex digits, not ${quote(hex)}`);
  }
}

/** The text of a NEG frame. */
export function encodeNegentropy(message: NegentropyClientMessage | NegentropyRelayMessage): string {
  const { type, subId } = message;
  switch (type) {
    case 'NEG-OPEN':
      return JSON.stringify([type, subId, message.filter, bytesToHex(message.frame)]);
    case 'NEG-MSG':
      return JSON.stringify([type, subId, bytesToHex(message.frame)]);
    case 'NEG-ERR':
      return JSON.stringify([
        type,
        subId,
        message.message,
        ...(message.max === undefined ? [] : [message.max]),
      ]);
    case 'NEG-CLOSE':
      return JSON.stringify([type, subId]);
  }
}
