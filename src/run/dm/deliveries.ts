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
  /** Whether a relay that got it gave no answer: it may have it. */
  isUnsure: boolean;
  /** Whether a relay asked who we are, and was not told. */
  wantsAuth: boolean;
  /** Why the last relay that did not take it could not be reached. */
  unreachable: string | undefined;
}

/** Relays that got it, and did not say what they made of it. */
const NO_ANSWER: readonly PublishOutcome['status'][] = ['timeout', 'disconnect'];

export class Deliveries {
  /** By the id of the wrap. */
  readonly #byWrap = new Map<string, Tried>();
  readonly #own: string;
  readonly #required: number | 'all';
  readonly #auth: boolean;

  /** `own`: the key of the sender. `required`: how many inboxes of each are to take it. `auth`: they are told who writes. */
  constructor(own: string, required: number | 'all' = 1, auth = false) {
    this.#own = own;
    this.#required = required;
    this.#auth = auth;
  }

  add(wrap: string, delivery: Delivery): void {
    this.#byWrap.set(wrap, {
      ...delivery,
      taken: [],
      isUnsure: false,
      wantsAuth: false,
      unreachable: undefined,
    });
  }

  /** Notes an answer; returns it as a line that says for whom the wrap is. */
  note(outcome: PublishOutcome): string {
    const { id, relay, ok, status, message, attempts } = outcome;
    const tried = this.#byWrap.get(id)!;
    if (ok) tried.taken.push(relay);
    else if (status === 'auth_required') tried.wantsAuth = true;
    else if (status === 'unreachable') tried.unreachable = `${relay}: ${message}`;
    else if (attempts > 0 && NO_ANSWER.includes(status)) tried.isUnsure = true;
    return JSON.stringify({ to: tried.to, ...outcome });
  }

  /** Whether any relay took anything. */
  get isAny(): boolean {
    return this.#all.some(({ taken }) => taken.length > 0);
  }

  /** What is printed: who got it, and by which relays; `copy` is the sender's own. */
  line({ id, created_at }: Rumor): string {
    const all = this.#all;
    const to = all
      .filter(delivery => !this.#isOwn(delivery))
      .map(({ to: pubkey, taken }) => ({ pubkey, relays: taken }));
    return JSON.stringify({
      id,
      created_at,
      to,
      copy: all.find(delivery => this.#isOwn(delivery))?.taken ?? [],
    });
  }

  /**
   * The failure that this amounts to; `cause` is that of the publishing. Undefined when each wrap was taken by as many
   * relays as were required.
   */
  failure(cause: Failure | undefined): Failure | undefined {
    const missed = this.#all.filter(({ taken }) => taken.length === 0);
    if (missed.length === 0) return this.#tooFew() ?? cause;
    const { kind = 'refused' as const, code = 'refused' as const, hint } = cause ?? {};
    const isAuth = kind === 'auth';
    const others = missed.filter(delivery => !this.#isOwn(delivery));
    if (this.isAny && others.length === 0) {
      const why = this.#names(missed).replace('yourself', 'you');
      const message = `everybody got the message, but no copy is kept for ${why}`;
      return new Failure('partial', message, { code: 'partial', hint: isAuth ? hint : undefined });
    }
    const message = this.#missedBy(missed);
    if (this.isAny) {
      const asksWho = !this.#auth && others.some(({ wantsAuth }) => wantsAuth);
      const rest = asksWho ? `${WANTS_AUTH} ${AGAIN_TO_REST}` : AGAIN_TO_REST;
      return new Failure('partial', message, { code: 'partial', hint: isAuth ? hint : rest });
    }
    const again = kind === 'refused' ? undefined : missed.some(({ isUnsure }) => isUnsure) ? TWICE : AGAIN;
    return new Failure(kind, message, { code, hint: isAuth ? hint : again });
  }

  /** Everybody has it, but not as many inboxes as were required. */
  #tooFew(): Failure | undefined {
    const required = ({ relays }: Delivery) => (this.#required === 'all' ? relays.length : this.#required);
    const short = this.#all.filter(delivery => delivery.taken.length < required(delivery));
    if (short.length === 0) return undefined;
    const counts = short.map(
      delivery => `${this.#nameOf(delivery)} (${delivery.taken.length} of ${required(delivery)})`,
    );
    const message = `the message reached everybody, but too few inboxes took it for ${counts.join(', ')}`;
    return new Failure('partial', message, { code: 'partial' });
  }

  #missedBy(missed: readonly Tried[]): string {
    const unsure = missed.filter(({ isUnsure }) => isUnsure);
    const sure = missed.filter(({ isUnsure }) => !isUnsure);
    const certain = `the message did not reach ${this.#names(sure)}`;
    if (unsure.length === 0) return certain;
    const unknown = `it is not known whether ${sure.length > 0 ? 'it' : 'the message'} reached ${this.#names(unsure)}: no answer came`;
    return sure.length === 0 ? unknown : `${certain}; ${unknown}`;
  }

  #isOwn({ to }: Delivery): boolean {
    return to === this.#own;
  }

  #names(deliveries: readonly Tried[]): string {
    return deliveries.map(delivery => this.#nameOf(delivery)).join(', ');
  }

  #nameOf(delivery: Tried): string {
    const { to, relays, unreachable } = delivery;
    const name = this.#isOwn(delivery) ? 'yourself' : encodeEntity({ type: 'npub', pubkey: to });
    return relays.length === 1 && unreachable !== undefined ? `${name} (${unreachable})` : name;
  }

  get #all(): Tried[] {
    return [...this.#byWrap.values()];
  }
}

const AGAIN = 'It is not kept: send it again.';
const TWICE = 'It is not kept. Sent again, it may come twice.';
const WANTS_AUTH = 'An inbox asks who you are: --auth tells it.';
const AGAIN_TO_REST =
  'It is not kept for them. Sent again to all, the others get it twice; sent to those alone, it begins another conversation.';
