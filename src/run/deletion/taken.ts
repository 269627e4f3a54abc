// Requests that relays took, for the case that the lines of `--check`, which name them, are never written: nothing that was
// accepted anywhere goes unnamed.
import type { Context } from '../../context.ts';
import type { PublishOutcome } from '../../relay/link/outcome.ts';

export class Taken {
  readonly #relaysById = new Map<string, string[]>();

  note({ id, relay, ok }: Pick<PublishOutcome, 'id' | 'relay' | 'ok'>): void {
    if (!ok) return;
    const relays = this.#relaysById.get(id) ?? [];
    this.#relaysById.set(id, relays);
    relays.push(relay);
  }

  /** The lines were written. */
  clear(): void {
    this.#relaysById.clear();
  }

  tell({ log }: Pick<Context, 'log'>): void {
    for (const [id, relays] of this.#relaysById)
      log.warn({
        ...{ type: 'not_printed', id, relays },
        message: `${id}: accepted by ${relays.join(' ')}, but not checked`,
      });
  }
}
