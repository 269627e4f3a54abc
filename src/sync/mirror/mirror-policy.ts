// `mirror --exec`: a program decides which events go from the sources to the targets, in the form of strfry's write-policy
// plugins. What it does not decide, because it died or rests, is asked again until it does: an event waits, and whoever
// reads its source waits with it. How the program is run is in policy/.
import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Ruling } from '../../policy/policy-answers.ts';
import { PolicyProgram, type PolicySettings } from '../../policy/policy-program.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { Judge, Origin } from './gate.ts';

/** Questions that are under way at once, and characters of them. */
const MOST = 256;
const MOST_LENGTH = 4 * 1024 * 1024;

/** Milliseconds that the program may take to end: a signal leaves 250 for everything. */
const GOODBYE_MS = 100;

export interface MirrorPolicySettings extends Omit<PolicySettings, 'flag'> {
  /** Aborts when nobody waits for decisions any more. */
  signal: AbortSignal;
  /** Hears of each event that is rejected, and of the words of the program. */
  onReject: (event: StreamEvent, origin: Origin, words: string) => void;
}

export class MirrorPolicy {
  readonly #settings: MirrorPolicySettings;
  readonly #program: PolicyProgram;
  readonly #window = new Window();
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;

  private constructor(program: PolicyProgram, settings: MirrorPolicySettings) {
    this.#program = program;
    this.#settings = settings;
    this.#signal = AbortSignal.any([settings.signal, this.#closing.signal]);
    setMaxListeners(0, this.#signal);
  }

  /** Starts the program. Throws `IoError` when it cannot be started. */
  static async start(settings: MirrorPolicySettings): Promise<MirrorPolicy> {
    return new MirrorPolicy(
      await PolicyProgram.start({ flag: '--exec', goodbye: GOODBYE_MS, ...settings }),
      settings,
    );
  }

  /** Resolves when it has decided, however long that takes. Rejects with the reason of the signal. */
  readonly judge: Judge = async (event, origin) => {
    const question = this.#question(event, origin);
    await this.#window.enter(question.length);
    try {
      const ruling = await this.#rulingOn(event.id, question);
      if (ruling.action === 'accept') return 'accept';
      this.#settings.onReject(event, origin, ruling.action === 'reject' ? ruling.message : '');
      return 'reject';
    } finally {
      this.#window.leave(question.length);
    }
  };

  /** Ends the program; whoever still waits for a decision is told so. */
  close(): Promise<void> {
    this.#closing.abort(new Error('the program of --exec was ended'));
    return this.#program.close();
  }

  /** What strfry asks, and the relay by its own name. */
  #question(event: StreamEvent, { relay, isLive }: Origin): string {
    const rest = {
      receivedAt: Math.floor(this.#settings.now() / 1000),
      sourceType: isLive ? 'Stream' : 'Sync',
      sourceInfo: relay,
      relay,
    };
    return `{"type":"new","event":${event.line()},${JSON.stringify(rest).slice(1)}`;
  }

  /** Asks until there is a decision. */
  async #rulingOn(id: string, question: string): Promise<Ruling> {
    for (;;) {
      this.#signal.throwIfAborted();
      const answer = await this.#program.ask(id, question);
      if (answer.action !== 'undecided') return answer;
      await wait(this.#program.rest, undefined, { signal: this.#signal }).catch(() => {}); // told above
    }
  }
}

/** How much is under way at once. One question is let in however long it is. */
class Window {
  #count = 0;
  #length = 0;
  #waiting: (() => void)[] = [];

  async enter(length: number): Promise<void> {
    while (this.#count >= MOST || (this.#count > 0 && this.#length + length > MOST_LENGTH))
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    this.#count++;
    this.#length += length;
  }

  leave(length: number): void {
    this.#count--;
    this.#length -= length;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
