// The key of a command: found when it is first needed, kept until the command ends.
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import type { KeyFlags } from '../flags/key-flags.ts';
import type { Event } from '../protocol/event.ts';
import type { Authenticate } from '../relay/link/authentication.ts';
import type { Signer } from '../signer/signer.ts';

export class CommandKey {
  readonly #flags: KeyFlags;
  readonly #context: Context;
  readonly #signal: AbortSignal;
  #signer: Promise<Signer> | undefined;

  private constructor(flags: KeyFlags, context: Context, signal: AbortSignal) {
    this.#flags = flags;
    this.#context = context;
    this.#signal = signal;
  }

  /**
   * Rejects with `UsageError` at once when two flags name a key, or when the key and the input both want stdin. The
   * signal ends the search for the key.
   */
  static async open(
    flags: KeyFlags,
    context: Context,
    inputClaimsStdin: boolean,
    signal: AbortSignal,
  ): Promise<CommandKey> {
    const { claimsStdin, nameSource } = await import('../signer/ladder.ts');
    if (claimsStdin(nameSource(flags, context.keys)) && inputClaimsStdin) {
      throw new UsageError('the key and the input are both to be read from stdin', {
        code: 'two_stdins',
        hint: 'Give the key by another descriptor: --sec-fd 3 3<key.txt',
      });
    }
    return new CommandKey(flags, context, signal);
  }

  /** Whether it was asked for. */
  get isInUse(): boolean {
    return this.#signer !== undefined;
  }

  /** Finds the key, once. Rejects with `SignerError`. */
  signer(): Promise<Signer> {
    this.#signer ??= this.#resolve();
    return this.#signer;
  }

  /** Whose it is. The secret of an account is not read for that. Rejects with `SignerError`. */
  async publicKey(): Promise<string> {
    const { accountOfKey } = await import('../signer/ladder.ts');
    const account = this.isInUse ? undefined : await accountOfKey(this.#flags, this.#context.keys);
    return account ? account.pubkey : (await this.signer()).publicKey;
  }

  async #resolve(): Promise<Signer> {
    const { resolveSigner } = await import('../signer/ladder.ts');
    try {
      return await resolveSigner(this.#flags, { ...this.#context.keys, signal: this.#signal });
    } catch (error) {
      this.#signal.throwIfAborted(); // then that is why
      throw error;
    }
  }

  /** Signs a relay's challenge (NIP-42); the key is first asked for when a relay first asks. */
  readonly authenticate: Authenticate = (relay, challenge) =>
    signChallenge(this.signer(), relay, challenge, this.#context.now());

  /** Forgets the key. */
  async close(): Promise<void> {
    const signer = await this.#signer?.catch(() => undefined);
    signer?.close();
  }
}

/** The answer to a relay's challenge, at a time in milliseconds. */
export async function signChallenge(
  signer: Promise<Signer>,
  relay: string,
  challenge: string,
  now: number,
): Promise<Event> {
  const [{ authTemplate }, open] = await Promise.all([import('../protocol/nip42.ts'), signer]);
  return open.sign(authTemplate(challenge, relay, Math.floor(now / 1000)));
}

/** What names the same key on another line, for a hint: ` --as bob`; nothing for the key that signs anyway. */
export function keyWords({ as, secFile, secFd, promptSec }: Partial<KeyFlags>): string {
  if (as !== undefined) return ` --as ${as}`;
  if (secFile !== undefined) return ' --sec-file FILE';
  if (secFd !== undefined) return ` --sec-fd ${secFd}`;
  return promptSec ? ' --prompt-sec' : '';
}

/** Whether a flag speaks of a key. A command that needs none loads nothing for it. */
export function namesKey({ secFile, secFd, promptSec, as }: KeyFlags): boolean {
  return [secFile, secFd, promptSec, as].some(flag => flag !== undefined);
}
