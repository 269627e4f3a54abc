// Notices a peer that is gone without a word: a half-open TCP connection, a machine that woke from sleep. Pings
// after a silence and gives up when not even a pong follows.

/** What is listened to. */
export interface Pulse {
  /** Grows with every frame that comes, pongs among them. */
  readonly heard: number;
  /** We do not read at the moment: silence then says nothing. */
  readonly isPaused: boolean;
  ping(): void;
  /** The peer is gone; ends the connection at once. */
  lose(reason: string): void;
}

export interface HeartbeatOptions {
  /** Milliseconds of silence after which a ping is sent. */
  silence: number;
  /** Milliseconds within which anything must follow it. */
  pongWithin: number;
}

/** So often the pulse is felt at least, in milliseconds. */
const MAX_PERIOD_MS = 5000;

/** A tick that comes so many periods late: the machine slept, or this process was held up. */
const LATE = 3;

/** A connection that is to stay is pinged after so much silence, and the peer must answer within the other. */
const SILENCE_MS = 30_000;
const PONG_MS = 10_000;

/** The same, but neither longer than `most` milliseconds. */
export function heartbeatWithin(most: number): HeartbeatOptions {
  return { silence: Math.min(SILENCE_MS, most), pongWithin: Math.min(PONG_MS, most) };
}

export class Heartbeat {
  readonly #pulse: Pulse;
  readonly #options: HeartbeatOptions;
  readonly #period: number;
  #timer: NodeJS.Timeout | undefined;
  /** By the clock on the wall, for it goes on while the machine sleeps. */
  #lastTick = 0;
  #heard = 0;
  /** Milliseconds of silence so far; since the ping when there was one. */
  #quiet = 0;
  #pinged = false;

  constructor(pulse: Pulse, options: HeartbeatOptions) {
    this.#pulse = pulse;
    this.#options = options;
    this.#period = Math.min(options.silence / 2, options.pongWithin / 2, MAX_PERIOD_MS);
  }

  start(): void {
    this.stop();
    this.#heard = this.#pulse.heard;
    this.#lastTick = Date.now();
    this.#timer = setInterval(() => this.#tick(), this.#period);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = Date.now();
    const passed = Math.max(0, now - this.#lastTick);
    this.#lastTick = now;
    if (this.#pulse.heard !== this.#heard || this.#pulse.isPaused) this.#alive();
    else this.#quiet += passed;
    if (passed > this.#period * LATE)
      this.#ping(); // what came meanwhile has not been read yet: nobody is judged
    else if (!this.#pinged && this.#quiet >= this.#options.silence) this.#ping();
    else if (this.#pinged && this.#quiet >= this.#options.pongWithin) this.#lose();
  }

  #alive(): void {
    this.#heard = this.#pulse.heard;
    this.#quiet = 0;
    this.#pinged = false;
  }

  #ping(): void {
    this.#quiet = 0;
    this.#pinged = true;
    this.#pulse.ping();
  }

  #lose(): void {
    this.stop();
    this.#pulse.lose(`no pong within ${this.#options.pongWithin / 1000} s`);
  }
}
