// An event on its way to relays: put into words once, however many relays it goes to and however often, and how the
// vote on it stands.
import type { StreamEvent } from '../../protocol/stream-event.ts';

const HEAD = Buffer.from('["EVENT",');
const TAIL = Buffer.from(']');

export class OutgoingEvent {
  readonly id: string;
  /** The EVENT message of NIP-01, as UTF-8. */
  readonly frame: Buffer;
  /** The relays that have accepted it. */
  readonly acceptedBy: string[] = [];
  /** How many must accept it. */
  readonly required: number;
  /** Relays that have not answered for it. */
  pending: number;
  /** It was sent to a relay whose answer never came: that relay may have accepted it. */
  isOpen = false;

  constructor(event: StreamEvent, relays: number, required: number) {
    this.id = event.id;
    this.frame = frameOf(event);
    this.pending = relays;
    this.required = required;
  }

  /** The event as JSON in canonical key order, without a newline. */
  get line(): Buffer {
    return this.frame.subarray(HEAD.length, this.frame.length - TAIL.length);
  }
}

function frameOf(event: StreamEvent): Buffer {
  const frame = Buffer.allocUnsafe(HEAD.length + event.lineLength);
  HEAD.copy(frame);
  const end = event.writeLine(frame, HEAD.length);
  TAIL.copy(frame, end - TAIL.length); // instead of the newline
  return frame;
}
