// Bounds the wait of a publisher for answers: by the relay's silence, and by a NOTICE that may be all the answer there
// is. Knows nothing of events.

import { Watchdog } from '../link/clocks/watchdog.ts';
import { asksToSlowDown, NOTICE_GRACE_MS } from '../link/outcome.ts';

/** Silences in a row after which a connection is given up. */
const MAX_SILENCES = 2;

export interface Silence {
  /** What the relay said instead of an answer. */
  notice: string | undefined;
  /** It has been silent too often: it will not answer any more. */
  isLast: boolean;
}

export class AnswerClock {
  readonly #watchdog: Watchdog;
  #silences = 0;
  #notice: string | undefined;

  /** `onSilence` is told when no answer came for `limit` milliseconds. */
  constructor(limit: number, onSilence: (silence: Silence) => void) {
    this.#watchdog = new Watchdog(limit, () => {
      const notice = this.#notice;
      this.#notice = undefined;
      if (notice === undefined) this.#silences++;
      onSilence({ notice, isLast: this.#silences >= MAX_SILENCES });
    });
  }

  /** Begins to wait. */
  start(): void {
    this.#watchdog.start();
  }

  /** An answer came; `isDone`: no other is awaited. */
  answered(isDone: boolean): void {
    this.#silences = 0;
    if (isDone) this.#watchdog.stop();
    else if (this.#notice === undefined) this.#watchdog.touch();
    else this.#watchdog.start();
    this.#notice = undefined;
  }

  /** A notice came that reads like a refusal; `isOnly`: there is one event that it can be about. */
  noticed(text: string, isOnly: boolean): void {
    this.#notice = text;
    if (isOnly && !asksToSlowDown(text)) this.#watchdog.shorten(NOTICE_GRACE_MS);
  }

  /** The connection is gone: what was noted of it says nothing of the next. */
  reset(): void {
    this.#watchdog.stop();
    this.#silences = 0;
    this.#notice = undefined;
  }
}
