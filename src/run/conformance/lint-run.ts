// `relay-info --lint`: what a relay's document claims and the relay does not do, one JSON line for each finding.
import { CASES } from '../../check/cases/all.ts';
import type { Finding } from '../../check/lint/claim.ts';
import { lintRelay } from '../../check/lint/lint.ts';
import type { Context } from '../../context.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import { parseRelayInformation } from '../../protocol/nip11.ts';
import type { CommandEnd } from '../command-end.ts';
import { connectionOptions } from '../relays.ts';
import { CommandKey, namesKey } from '../signing.ts';
import { fastSignature } from './fast-signature.ts';

export interface LintFlags extends NetworkFlags, KeyFlags {
  throwaway?: boolean | undefined;
}

/** A relay may be silent for so long in one try, in milliseconds. */
const PATIENCE_MS = 3000;

export class Lint {
  readonly #context: Context;
  readonly #flags: LintFlags;
  readonly #end: CommandEnd;
  #key: CommandKey | undefined;

  constructor(context: Context, flags: LintFlags, end: CommandEnd) {
    this.#context = context;
    this.#flags = flags;
    this.#end = end;
  }

  /** Prints the findings about one relay; returns how many of them are errors. */
  async of(relay: string, served: Record<string, unknown>): Promise<number> {
    const findings = await this.#find(relay, served);
    const { stdout, log } = this.#context;
    const room = stdout.lines(findings.map(finding => JSON.stringify({ url: relay, ...finding })));
    if (room) await this.#end.cut(room);
    if (findings.length === 0)
      log.note({ type: 'lint', relay, message: 'every claim that was tried is true' });
    return findings.filter(({ level }) => level === 'error').length;
  }

  /** Forgets the key. */
  async close(): Promise<void> {
    await this.#key?.close();
  }

  async #find(relay: string, served: Record<string, unknown>): Promise<Finding[]> {
    const { now } = this.#context;
    const author = await this.#author();
    return lintRelay({
      url: relay,
      socket: { ...(await connectionOptions(this.#flags, this.#context)), signal: this.#end.signal },
      patience: Math.min(this.#flags.relayTimeout, PATIENCE_MS),
      document: parseRelayInformation(served),
      served,
      author,
      cases: CASES,
      publishes: author !== undefined || this.#flags.throwaway === true,
      now: Math.floor(now() / 1000),
      clock: now,
      signId: await fastSignature(),
    });
  }

  /** The key that the flags name; never the default account's. */
  async #author() {
    if (!namesKey(this.#flags)) return undefined;
    this.#key ??= await CommandKey.open(this.#flags, this.#context, false, this.#end.signal);
    const signer = await this.#key.signer();
    return { pubkey: signer.publicKey, sign: signer.sign.bind(signer) };
  }
}
