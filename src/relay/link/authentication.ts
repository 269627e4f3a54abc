// The AUTH dialogue of NIP-42 on one connection: the relay's challenge, our signed event, its OK. At most one at a
// time; whoever needs it shares the outcome. Signs nothing itself.
import type { Event } from '../../protocol/event.ts';
import { parseReason } from '../../protocol/message.ts';

/** Signs the NIP-42 event for a relay's challenge. Its presence is the user's consent. */
export type Authenticate = (relay: string, challenge: string) => Promise<Event>;

/** What became of an AUTH. */
export interface AuthOutcome {
  ok: boolean;
  message: string;
  /** Why there is no answer of the relay, where there is none: that refuses nothing. */
  lack?: 'lost' | 'silent';
}

/**
 * What a refusal has to do with who we are. `wanted`: AUTH may change it; `denied`: we have authenticated, and the key may
 * not do it; undefined: nothing.
 */
export type AuthDemand = 'wanted' | 'denied' | undefined;

export interface AuthenticationOptions {
  relay: string;
  authenticate: Authenticate | undefined;
  /** How long the OK may take, in milliseconds. */
  relayTimeout: number;
  send(event: Event): void;
  log(text: string): void;
}

/** Relays send the challenge right beside the refusal that asks for it: the wait for it is short. */
const CHALLENGE_WAIT_MS = 5000;

/** Challenges that are answered on one connection: a relay that sends another after each would have us sign for ever. */
const MOST_ANSWERED = 5;

export class Authentication {
  readonly #options: AuthenticationOptions;
  /** "Valid for the duration of the connection or until another challenge is sent" (NIP-42). */
  #challenge: string | undefined;
  #onChallenge: (() => void) | undefined;
  #sent: { id: string; settle: (outcome: AuthOutcome) => void } | undefined;
  #outcome: Promise<AuthOutcome> | undefined;
  #isRunning = false;
  /** The challenges that were answered, the last one last. */
  readonly #answered: string[] = [];
  #onDue: (() => void) | undefined;
  /** Whether the relay has accepted it. */
  #isDone = false;
  /** Why the connection is of no use any more. */
  #lost: string | undefined;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
  }

  /** Whether the user has consented. */
  get isAllowed(): boolean {
    return this.#options.authenticate !== undefined;
  }

  /** Whether the relay has asked who we are, and was not told yet. */
  get isDue(): boolean {
    return this.isAllowed && this.#challenge !== undefined && this.#outcome === undefined;
  }

  /** Whether the relay has accepted it on this connection. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /**
   * What the text of an OK false or a CLOSED demands. "restricted: for when a client has already performed AUTH" (NIP-42),
   * but some relays say it before: then AUTH is tried where they have sent a challenge.
   */
  demandOf(refusal: string): AuthDemand {
    const { prefix } = parseReason(refusal);
    if (prefix === 'auth-required') return 'wanted';
    if (prefix !== 'restricted') return undefined;
    if (this.#isDone) return 'denied';
    return this.isAllowed && this.#challenge !== undefined ? 'wanted' : undefined;
  }

  /** Calls back when it is due. */
  onDue(listener: () => void): void {
    this.#onDue = listener;
    if (this.isDue) listener();
  }

  /**
   * Authenticates once for each challenge that a demand follows; calls in between share the outcome. Rejects when the key
   * cannot sign.
   */
  run(): Promise<AuthOutcome> {
    if (this.#outcome === undefined || (!this.#isRunning && this.#isReplaced))
      this.#outcome = this.#run().finally(() => {
        this.#isRunning = false;
      });
    return this.#outcome;
  }

  /** The relay sent a challenge. */
  challenged(challenge: string): void {
    this.#challenge = challenge;
    this.#onChallenge?.();
    if (this.isDue) this.#onDue?.();
  }

  /** Whether the challenge that was answered is not the one that counts. */
  get #isReplaced(): boolean {
    return this.#challenge !== this.#answered.at(-1) && this.#answered.length < MOST_ANSWERED;
  }

  /** Takes an OK frame; false when it is not about our AUTH event. */
  takeOk(eventId: string, accepted: boolean, message: string): boolean {
    if (eventId !== this.#sent?.id) return false;
    this.#sent.settle({ ok: accepted, message });
    return true;
  }

  /** The connection is lost or closed: whoever waits is told. */
  end(reason: string): void {
    this.#lost ??= reason;
    this.#onChallenge?.();
    this.#sent?.settle({ ok: false, message: reason, lack: 'lost' });
  }

  async #run(): Promise<AuthOutcome> {
    this.#isRunning = true;
    const { authenticate } = this.#options;
    if (!authenticate) return { ok: false, message: 'authentication is not allowed' };
    let challenge = await this.#awaitChallenge();
    for (;;) {
      if (this.#lost !== undefined) return { ok: false, message: this.#lost, lack: 'lost' };
      if (challenge === undefined)
        return { ok: false, message: 'the relay wants authentication but sent no challenge' };
      const outcome = await this.#answer(challenge, authenticate);
      if (outcome.ok || outcome.lack || !this.#isReplaced) return outcome;
      challenge = this.#challenge; // it came while the one before was answered
    }
  }

  async #answer(challenge: string, authenticate: Authenticate): Promise<AuthOutcome> {
    const { relay, log } = this.#options;
    this.#answered.push(challenge);
    const event = await authenticate(relay, challenge);
    if (this.#lost !== undefined) return { ok: false, message: this.#lost, lack: 'lost' }; // signing may have taken long
    const outcome = await this.#send(event);
    this.#isDone = outcome.ok;
    log(outcome.ok ? `authenticated as ${event.pubkey}` : `refused: ${outcome.message}`);
    return outcome;
  }

  /** Some relays send the challenge only after the CLOSED that wants it. */
  #awaitChallenge(): Promise<string | undefined> {
    if (this.#challenge !== undefined) return Promise.resolve(this.#challenge);
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer);
        this.#onChallenge = undefined;
        resolve(this.#challenge);
      };
      const timer = setTimeout(done, Math.min(this.#options.relayTimeout, CHALLENGE_WAIT_MS));
      this.#onChallenge = done;
    });
  }

  #send(event: Event): Promise<AuthOutcome> {
    return new Promise(resolve => {
      const settle = (outcome: AuthOutcome) => {
        clearTimeout(timer);
        this.#sent = undefined;
        resolve(outcome);
      };
      const silence = () => settle({ ok: false, message: 'the relay did not answer AUTH', lack: 'silent' });
      const timer = setTimeout(silence, this.#options.relayTimeout);
      this.#sent = { id: event.id, settle };
      this.#options.send(event);
    });
  }
}
