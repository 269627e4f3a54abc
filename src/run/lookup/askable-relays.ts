// Which relays of a list that somebody else wrote may be asked: none in the user's own network, unless the user named it or
// said --allow-private. The choice among a person's relays is made of these, so that others cost nobody a place.
import type { LogEntry } from '../../output/log.ts';
import { privateHost } from '../../relay/wire/public-hosts.ts';
import type { GatherOptions } from './gather.ts';

/** Relays that are named one by one. */
const MOST_NAMED = 5;

export class AskableRelays {
  readonly #allowPrivate: boolean;
  readonly #named: ReadonlySet<string>;
  readonly #skipped = new Set<string>();

  constructor({
    flags,
    named,
  }: {
    flags: Pick<GatherOptions['flags'], 'allowPrivate'>;
    named: ReadonlySet<string>;
  }) {
    this.#allowPrivate = flags.allowPrivate === true;
    this.#named = named;
  }

  /** Those that may be asked. A list of no other stays as it is: each of them is then refused, and that is told. */
  of(relays: readonly string[]): readonly string[] {
    const askable = relays.filter(relay => this.#mayBeAsked(relay));
    if (askable.length === 0) return relays;
    for (const relay of relays) if (!this.#mayBeAsked(relay)) this.#skipped.add(relay);
    return askable;
  }

  /** Whether any of them may be asked. */
  isAny(relays: readonly string[]): boolean {
    return relays.some(relay => this.#mayBeAsked(relay));
  }

  /** Says once which were left out, if any. */
  tell(say: (entry: LogEntry) => void): void {
    if (this.#skipped.size === 0) return;
    const relays = [...this.#skipped].slice(0, MOST_NAMED);
    const more = this.#skipped.size - relays.length;
    const all = more > 0 ? `${relays.join(' ')} and ${more} more` : relays.join(' ');
    say({
      type: 'notice',
      relays,
      message: `relays at no public address are left out of relay lists (--allow-private): ${all}`,
    });
  }

  #mayBeAsked(relay: string): boolean {
    return this.#allowPrivate || this.#named.has(relay) || privateHost(new URL(relay)) === undefined;
  }
}
