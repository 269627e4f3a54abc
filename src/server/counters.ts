// What the relay has done since its start, in numbers.
import { parseReason } from '../protocol/message.ts';

/** Prefixes of refusals that are counted apart; all others are one. */
const PREFIXES = new Set([
  ...['duplicate', 'pow', 'blocked', 'rate-limited', 'invalid', 'restricted', 'error', 'auth-required'],
  ...['deleted', 'replaced'],
]);

export class Counters {
  /** Frames of clients by their verb. */
  readonly frames = new Map<string, number>();
  /** Answers to EVENT: `accepted`, or the prefix of the text. */
  readonly answers = new Map<string, number>();
  connections = 0;

  heard(verb: string): void {
    this.frames.set(verb, (this.frames.get(verb) ?? 0) + 1);
  }

  answered(accepted: boolean, message: string): void {
    const { prefix = '' } = parseReason(message);
    const name = PREFIXES.has(prefix) ? prefix : accepted ? 'accepted' : 'other';
    this.answers.set(name, (this.answers.get(name) ?? 0) + 1);
  }
}
