// Relays that ask who reads, and are not told: such a one may keep private messages back without a word, so what it answers
// may be less than there is.
import type { Context } from '../../context.ts';
import type { RelayEnding } from '../../relay/link/outcome.ts';

export class Strangers {
  readonly #context: Pick<Context, 'log'>;
  readonly #named: ReadonlySet<string>;
  readonly #isStream: boolean;
  readonly #untold = new Set<string>();

  /** `named`: the relays that --auth would tell. */
  constructor(context: Pick<Context, 'log'>, named: ReadonlySet<string>, isStream: boolean) {
    this.#context = context;
    this.#named = named;
    this.#isStream = isStream;
  }

  /** A relay has asked, and was not told. */
  note(relay: string): void {
    if (!this.#named.has(relay) || this.#untold.has(relay)) return;
    this.#untold.add(relay);
    if (this.#isStream) this.#tell(relay);
  }

  /** A refusal has words of its own. */
  ended({ relay, end }: Pick<RelayEnding, 'relay' | 'end'>): void {
    if (!this.#isStream && end === 'eose' && this.#untold.has(relay)) this.#tell(relay);
  }

  #tell(relay: string): void {
    const message = 'it asks who reads, and may keep messages back as it was not told; --auth tells it';
    this.#context.log.warn({ type: 'warning', relay, message });
  }
}
