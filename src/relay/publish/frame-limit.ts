// The longest frame that a relay takes (`max_message_length` of NIP-11), asked for when a long one is offered. strfry drops
// the connection at a longer one, and with it what else was in flight: so such a frame is never sent.
import type { RelayLimits } from '../link/relay-limits.ts';
import { MODEST } from '../link/split-request.ts';
import type { Fault } from './fault.ts';

/** How long a frame waits for the relay's document, in milliseconds: most relays have one, and none needs to. */
const PATIENCE_MS = 5000;

export class FrameLimit {
  readonly #limits: Pick<RelayLimits, 'ask' | 'known'>;
  readonly #onKnown: () => void;
  #state: 'unasked' | 'asked' | 'known' = 'unasked';

  /** `onKnown` is called when a frame that waited may be judged. */
  constructor(limits: Pick<RelayLimits, 'ask' | 'known'>, onKnown: () => void) {
    this.#limits = limits;
    this.#onKnown = onKnown;
  }

  /** A frame of so many bytes will be sent: asks the relay where that is in doubt. */
  expect(bytes: number): void {
    if (bytes <= MODEST.bytes || this.#state !== 'unasked') return;
    this.#state = 'asked';
    const known = () => {
      clearTimeout(timer);
      if (this.#state === 'known') return;
      this.#state = 'known';
      this.#onKnown();
    };
    const timer = setTimeout(known, PATIENCE_MS);
    void this.#limits.ask().then(known);
  }

  /** Whether a frame of so many bytes has to wait for what the relay says. */
  isOpen(bytes: number): boolean {
    return this.#state === 'asked' && bytes > MODEST.bytes;
  }

  /** Why a frame of so many bytes is not sent; undefined when it may be. */
  faultOf(bytes: number): Fault | undefined {
    const most = this.#limits.known.limitation?.max_message_length;
    if (!most || bytes <= most) return undefined;
    const message = `a frame of ${bytes} bytes; the relay takes at most ${most} (max_message_length)`;
    return { status: 'invalid', message };
  }
}
