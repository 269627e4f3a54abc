// The events of a sync that a side did not accept: the first are named on stderr, the rest is counted.
import type { Context } from '../../context.ts';
import type { FailureKind } from '../../failure-codes.ts';
import { outcomeFailure, type PublishOutcome } from '../../relay/link/outcome.ts';

/** Events that are named for people. */
const MOST_NAMED = 10;

export class NotAccepted {
  /** Kinds of what became of them. */
  readonly kinds = new Set<FailureKind>();
  readonly #log: Context['log'];
  readonly #statuses = new Set<PublishOutcome['status']>();
  #named = 0;
  #unnamed = 0;

  constructor(log: Context['log']) {
    this.#log = log;
  }

  /** Whether a relay took fewer than it was sent, because they came too fast. */
  get wasTooFast(): boolean {
    return this.#statuses.has('rate_limited');
  }

  add(outcome: PublishOutcome): void {
    const kind = outcomeFailure(outcome);
    if (kind === undefined) return;
    this.kinds.add(kind);
    const { relay, id, status, message: words } = outcome;
    const message = `${id}: ${status}${words === '' ? '' : `: ${words}`}`;
    const entry = { type: 'not_accepted', relay, id, status, message };
    if (this.#isNamed(status)) this.#log.warn(entry);
    else this.#log.detail(entry);
  }

  /** Tells how many were not named. */
  tellRest(): void {
    const more = this.#unnamed;
    if (more === 0) return;
    const message = `${more} more events were not accepted; -v names them`;
    this.#log.warn({ type: 'not_accepted', more, message });
  }

  /** What is no fault of the event is told of one of them: the relay is the matter, not they. */
  #isNamed(status: PublishOutcome['status']): boolean {
    const isOwn = status === 'refused' || status === 'invalid';
    const isNamed = this.#named < MOST_NAMED && (isOwn || !this.#statuses.has(status));
    this.#statuses.add(status);
    if (isNamed) this.#named++;
    else this.#unnamed++;
    return isNamed;
  }
}
