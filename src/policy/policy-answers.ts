// What a policy program was asked and has not answered yet, and the lines of its stdout. It knows no process.
import { quote } from '../protocol/quote.ts';

/** What a program decided; `message`: its words, perhaps none. */
export type Ruling = { action: 'accept' | 'shadowReject' } | { action: 'reject'; message: string };

/** It decided nothing. `isBusy`: it was not asked, for too much waits for it. */
export interface Undecided {
  action: 'undecided';
  reason: string;
  isBusy: boolean;
}

/** Questions, and characters of them, that may wait. */
const MAX_WAITING = 10_000;
const MAX_WAITING_LENGTH = 32 * 1024 * 1024;

/** Bytes; a longer line is no answer. */
const LONGEST_LINE = 64 * 1024;

/** Characters of a message that are passed on. */
const LONGEST_MESSAGE = 500;

interface Question {
  length: number;
  resolve: (answer: Ruling | Undecided) => void;
}

export class PolicyAnswers {
  readonly #patience: number;
  readonly #onFault: (reason: string) => void;
  /** By the id of the event; of several with one id the first is answered first. */
  readonly #waiting = new Map<string, Question[]>();
  #count = 0;
  #length = 0;
  #rest = Buffer.alloc(0);
  #timer: NodeJS.Timeout | undefined;
  hasDecided = false;

  /** `onFault` hears of silence, and of what is no answer. */
  constructor(patience: number, onFault: (reason: string) => void) {
    this.#patience = patience;
    this.#onFault = onFault;
  }

  get isFull(): boolean {
    return this.#count >= MAX_WAITING || this.#length >= MAX_WAITING_LENGTH;
  }

  /** The id that was asked about first, of those that are not answered. */
  get oldest(): string | undefined {
    return this.#waiting.keys().next().value;
  }

  expect(id: string, length: number): Promise<Ruling | Undecided> {
    this.#count++;
    this.#length += length;
    this.#timer ??= this.#startTimer();
    return new Promise(resolve => {
      const questions = this.#waiting.get(id);
      if (questions) questions.push({ length, resolve });
      else this.#waiting.set(id, [{ length, resolve }]);
    });
  }

  /** Some of its stdout. */
  read(chunk: Buffer): void {
    let rest = Buffer.concat([this.#rest, chunk]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = rest.toString('utf8', 0, end);
      rest = rest.subarray(end + 1);
      if (line.trim() !== '' && !this.#take(line))
        return this.#onFault(`it wrote ${quote(line)}, which is no answer`);
    }
    this.#rest = rest;
    if (rest.length > LONGEST_LINE) this.#onFault(`it wrote a line of more than ${LONGEST_LINE} bytes`);
  }

  /** Answers all that waits. */
  giveUp(answer: Undecided): void {
    clearTimeout(this.#timer);
    for (const questions of this.#waiting.values()) for (const { resolve } of questions) resolve(answer);
    this.#waiting.clear();
    this.#rest = Buffer.alloc(0);
  }

  /** False for what is no answer to a question. */
  #take(line: string): boolean {
    const answer = readAnswer(line);
    const questions = this.#waiting.get(answer?.id ?? '');
    if (!answer || !questions) return false;
    const { length, resolve } = questions.shift()!;
    if (questions.length === 0) this.#waiting.delete(answer.id);
    this.#count--;
    this.#length -= length;
    this.hasDecided = true;
    clearTimeout(this.#timer);
    this.#timer = this.#count === 0 ? undefined : this.#startTimer();
    resolve(answer.ruling);
    return true;
  }

  #startTimer(): NodeJS.Timeout {
    return setTimeout(
      () => this.#onFault(`it was silent for ${this.#patience / 1000} s (does it flush each line?)`),
      this.#patience,
    );
  }
}

function readAnswer(line: string): { id: string; ruling: Ruling } | undefined {
  try {
    const { id, action, msg } = JSON.parse(line);
    if (typeof id !== 'string') return undefined;
    if (action === 'accept' || action === 'shadowReject') return { id, ruling: { action } };
    return action === 'reject' ? { id, ruling: { action, message: wordsOf(msg) } } : undefined;
  } catch {
    return undefined;
  }
}

function wordsOf(msg: unknown): string {
  return typeof msg === 'string' ? msg.slice(0, LONGEST_MESSAGE) : '';
}
