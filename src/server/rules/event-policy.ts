// `serve --policy`: a program decides which events are taken. What it does not decide is refused, and nothing waits for it
// for long. How the program is run is in policy/.
import type { Ruling, Undecided } from '../../policy/policy-answers.ts';
import { PolicyProgram, type PolicySettings } from '../../policy/policy-program.ts';
import type { Event } from '../../protocol/event.ts';

/** Where an event came from. */
export interface Source {
  address: string;
  /** The key that authenticated on the connection, where one did. */
  authed?: string | undefined;
}

export class EventPolicy {
  readonly #program: PolicyProgram;
  readonly #now: () => number;

  private constructor(program: PolicyProgram, now: () => number) {
    this.#program = program;
    this.#now = now;
  }

  /** Starts the program. Throws `IoError` when it cannot be started. */
  static async start(settings: Omit<PolicySettings, 'flag'>): Promise<EventPolicy> {
    return new EventPolicy(await PolicyProgram.start({ flag: '--policy', ...settings }), settings.now);
  }

  /** Asks about an event. Never rejects: without a decision the event is refused. */
  async judge(event: Event, { address, authed }: Source): Promise<Ruling> {
    const question = {
      type: 'new',
      event,
      receivedAt: Math.floor(this.#now() / 1000),
      sourceType: address.includes(':') ? 'IP6' : 'IP4',
      sourceInfo: address,
      ...(authed === undefined ? {} : { authed }),
    };
    const answer = await this.#program.ask(event.id, JSON.stringify(question));
    if (answer.action === 'undecided') return { action: 'reject', message: noDecision(answer) };
    return answer.action === 'reject' ? { ...answer, message: withPrefix(answer.message) } : answer;
  }

  /** Ends the program. */
  close(): Promise<void> {
    return this.#program.close();
  }
}

/** "blocked" is said where the program gave no prefix of NIP-01. */
function withPrefix(words: string): string {
  if (/^[a-z][a-z-]*: ?\S/.test(words)) return words;
  return `blocked: ${words === '' ? 'the policy of this relay does not take it' : words}`;
}

function noDecision({ reason, isBusy }: Undecided): string {
  return `${isBusy ? 'rate-limited' : 'error'}: the policy of this relay decided nothing: ${reason}`;
}
