// The authorizations (NIP-98) that changed something already. Who listens may send a request again, and its signature is
// good for a minute; here it is remembered for as long, so that what was undone since is not done once more.
import { HTTP_AUTH_WINDOW } from '../../protocol/nip98.ts';

/** That many changes in two minutes are more than one who manages a relay makes. */
const MOST = 10_000;

export class UsedTokens {
  /** By id: until when the authorization is good, in unix seconds. */
  readonly #known = new Map<string, number>();

  /** Remembers a valid authorization. Why it is refused: it was used already, or too many are remembered. */
  take({ id, created_at }: { id: string; created_at: number }, now: number): 'used' | 'full' | undefined {
    if (this.#known.has(id)) return 'used';
    if (this.#known.size >= MOST) this.#forget(now);
    if (this.#known.size >= MOST) return 'full';
    this.#known.set(id, created_at + HTTP_AUTH_WINDOW);
    return undefined;
  }

  #forget(now: number): void {
    for (const [id, until] of this.#known) if (until < now) this.#known.delete(id);
  }
}
