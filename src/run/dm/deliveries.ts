// What became of a message: which relays took the wrap of each receiver.
import { Failure } from '../../errors.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import type { Rumor } from '../../protocol/nip59.ts';
import type { PublishOutcome } from '../../relay/link/outcome.ts';

/** One wrap, and where it goes. */
export interface Delivery {
  /** A public key. */
  to: string;
  relays: readonly string[];
}

/** A delivery, and what became of it. */
interface Tried extends Delivery {
  taken: string[];
  /** Why the last relay that did not take it could not be reached. */
  unreachable: string | undefined;
}

export class Deliveries {
  /** By the id of the wrap. */
  readonly #byWrap = new Map<string, Tried>();
  readonly #own: string;

  /** `own`: the key of the sender. */
  constructor(own: string) {
    this.#own = own;
  }

  add(wrap: string, delivery: Delivery): void {
    this.#byWrap.set(wrap, { ...delivery, taken: [], unreachable: undefined });
  }

  /** Notes an answer; returns it as a line that says for whom the wrap is. */
  note(outcome: PublishOutcome): string {
    const { id, relay, ok, status, message } = outcome;
    const tried = this.#byWrap.get(id)!;
    if (ok) tried.taken.push(relay);
    else if (status === 'unreachable') tried.unreachable = `${relay}: ${message}`;
    return JSON.stringify({ to: tried.to, ...outcome });
  }

  /** Whether any relay took anything. */
  get isAny(): boolean {
    return this.#all.some(({ taken }) => taken.length > 0);
  }

  /** What is printed: who got it, and by which relays; `copy` is the sender's own. */
  line({ id, created_at }: Rumor): string {
    const isOwn = ({ to }: Delivery) => to === this.#own;
    const to = this.#all
      .filter(delivery => !isOwn(delivery))
      .map(({ to: pubkey, taken }) => ({ pubkey, relays: taken }));
    return JSON.stringify({ id, created_at, to, copy: this.#all.find(isOwn)?.taken ?? [] });
  }

  /**
   * The failure that this amounts to; `cause` is that of the publishing. Undefined when each wrap was taken by as many
   * relays as were required.
   */
  failure(cause: Failure | undefined): Failure | undefined {
    const missed = this.#all.filter(({ taken }) => taken.length === 0);
    if (missed.length === 0) return cause;
    const names = missed.map(delivery => this.#missedName(delivery)).join(', ');
    const message = `the message did not reach ${names}`;
    const { kind = 'refused' as const, code = 'refused' as const, hint } = cause ?? {};
    const isAuth = kind === 'auth';
    if (this.isAny)
      return new Failure('partial', message, { code: 'partial', hint: isAuth ? hint : AGAIN_TO_REST });
    return new Failure(kind, message, { code, hint: isAuth ? hint : kind === 'refused' ? undefined : AGAIN });
  }

  #missedName({ to, relays, unreachable }: Tried): string {
    const name = to === this.#own ? 'yourself' : encodeEntity({ type: 'npub', pubkey: to });
    return relays.length === 1 && unreachable !== undefined ? `${name} (${unreachable})` : name;
  }

  get #all(): Tried[] {
    return [...this.#byWrap.values()];
  }
}

const AGAIN = 'It is not kept: send it again.';
const AGAIN_TO_REST = 'It is not kept for them: send it again to those alone.';
