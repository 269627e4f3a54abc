// The NIP-05 names of one command: each is asked for once, some at a time.
import type { Context } from '../../context.ts';
import type { LookupFlags } from '../../flags/network-flags.ts';
import type { Located } from '../../flags/people.ts';
import { formatNip05, type Nip05Answer, type Nip05Name } from '../../protocol/nip05.ts';
import { relayHintsIn } from '../../protocol/relay-url.ts';
import { lookUpName } from './nip05.ts';

/** Lookups at once. */
const AT_ONCE = 20;

export class NameLookups {
  readonly #context: Context;
  readonly #flags: LookupFlags;
  readonly #signal: AbortSignal;
  readonly #answers = new Map<string, Promise<Nip05Answer>>();
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(context: Context, flags: LookupFlags, signal: AbortSignal) {
    this.#context = context;
    this.#flags = flags;
    this.#signal = signal;
  }

  /** What the domain says of the name. Rejects with `NoSuchName`. */
  find(name: Nip05Name): Promise<Nip05Answer> {
    const key = formatNip05(name);
    const known = this.#answers.get(key);
    if (known) return known;
    const answer = this.#ask(name);
    this.#answers.set(key, answer);
    return answer;
  }

  /** The key of a name, and the relays that the domain names for it. Rejects with `NoSuchName`. */
  async locate(name: Nip05Name): Promise<Located> {
    const { pubkey, relays } = await this.find(name);
    return { value: pubkey, hints: relayHintsIn(relays) };
  }

  async #ask(name: Nip05Name): Promise<Nip05Answer> {
    if (this.#running === AT_ONCE) await new Promise<void>(resolve => this.#waiting.push(resolve));
    else this.#running++;
    try {
      this.#signal.throwIfAborted(); // while it waited
      return await lookUpName(name, this.#flags, this.#context, this.#signal);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
