// The keychain of the operating system. Each operation runs in a helper process with a time limit, and ends with a
// value or a `KeychainError`. A missing answer never means "no key".
import { randomBytes } from 'node:crypto';
import { SignerError } from '../../errors.ts';

import { withoutSecrets } from '../../protocol/quote.ts';
import { parseWait } from '../../protocol/time.ts';

import { type ChildEnd, runChild } from '../child.ts';
import type { SignerEnvironment, Variables } from '../environment.ts';
import { KeychainError, type KeychainState, stateOf } from './keychain-state.ts';
import { busAddress, isDefaultLocked, serviceName } from './session-bus.ts';

/** The service name of our items; their account is the public key in hex, their value an nsec. */
export const SERVICE = 'nost';

const WITH_TERMINAL_MS = 60_000;
const WITHOUT_TERMINAL_MS = 5_000;
/** After this time a user at a terminal is told what the program waits for. */
const PATIENCE_MS = 2_000;

interface Reply {
  done?: 'found' | 'nothing' | 'ok' | 'damaged';
  error?: string;
  /** The key, which follows the line. */
  secret: Buffer;
}

/** What `key doctor` reports. Never contains a key. */
export interface KeychainReport {
  state: 'ok' | KeychainState;
  backend: string | null;
  bus: string | null;
  locked: boolean | null;
  latency_ms: number | null;
  message: string | null;
  hint: string | null;
}

export class Keychain {
  readonly #environment: SignerEnvironment;

  constructor(environment: SignerEnvironment) {
    this.#environment = environment;
  }

  /**
   * The key of an account: 32 bytes. The caller checks that they belong to the account.
   * Throws `KeychainError`: `missing` only when the keychain is known to be unlocked.
   */
  async get(pubkey: string): Promise<Uint8Array> {
    const { done, secret } = await this.#perform('get', pubkey);
    if (done === 'found') {
      const key = Uint8Array.from(secret);
      secret.fill(0);
      return key;
    }
    if (done === 'damaged') throw new KeychainError('wrong_item', 'it is no nsec');
    if (await this.#isLocked()) throw new KeychainError('locked');
    throw new KeychainError('missing');
  }

  async set(pubkey: string, secret: Uint8Array): Promise<void> {
    await this.#perform('set', pubkey, secret);
  }

  /** Resolves when the item is known to be deleted. */
  async delete(pubkey: string): Promise<void> {
    await this.#perform('delete', pubkey);
    const { done } = await this.#perform('get', pubkey);
    if (done !== 'nothing') throw new KeychainError('failed', 'the item is still there');
    if (await this.#isLocked()) throw new KeychainError('locked');
  }

  /** Tests the keychain: writes, reads and removes a random value. */
  async canary(): Promise<void> {
    await this.#perform('canary', `canary-${randomBytes(8).toString('hex')}`);
  }

  /** Reports the state without prompting the user: a locked keychain is not asked to unlock. */
  async inspect(): Promise<KeychainReport> {
    const report: KeychainReport = {
      state: 'ok',
      backend: null,
      bus: null,
      locked: null,
      latency_ms: null,
      message: null,
      hint: null,
    };
    const started = performance.now();
    try {
      const env = this.#childEnv();
      report.bus = withoutSecrets(env['DBUS_SESSION_BUS_ADDRESS'] ?? '') || null;
      report.backend = await this.#backend(env);
      report.locked = this.#speaksDbus ? ((await isDefaultLocked(env)) ?? null) : null;
      if (report.locked) throw new KeychainError('locked');
      await this.canary();
    } catch (error) {
      if (!(error instanceof KeychainError)) throw error;
      Object.assign(report, { state: error.state, message: error.message, hint: error.hint ?? null });
    }
    report.latency_ms = Math.round(performance.now() - started);
    return report;
  }

  async #backend(env: Variables): Promise<string | null> {
    const { platform } = this.#environment;
    if (platform === 'darwin') return 'macOS Keychain';
    if (platform === 'win32') return 'Windows Credential Manager';
    return this.#speaksDbus ? ((await serviceName(env)) ?? null) : 'libsecret file';
  }

  get #speaksDbus(): boolean {
    const { platform, env } = this.#environment;
    return platform !== 'darwin' && platform !== 'win32' && env['SECRET_BACKEND'] !== 'file';
  }

  /** Asks D-Bus. Without an answer from it, a write decides: a locked keychain refuses it. */
  async #isLocked(): Promise<boolean> {
    const { platform } = this.#environment;
    if (platform === 'darwin' || platform === 'win32') return false; // there a locked keychain gives an error
    const locked = this.#speaksDbus ? await isDefaultLocked(this.#childEnv()) : undefined;
    if (locked !== undefined) return locked;
    await this.canary();
    return false;
  }

  async #perform(operation: string, account: string, secret?: Uint8Array): Promise<Reply> {
    const line = Buffer.from(`${JSON.stringify({ operation, service: SERVICE, account })}\n`);
    const input = Buffer.concat([line, secret ?? new Uint8Array(0)]);
    const timeout = this.#timeout();
    const waiting = setTimeout(() => this.#sayWaiting(), PATIENCE_MS);
    try {
      const end = await runChild({
        argv: this.#argv(),
        env: this.#childEnv(),
        input,
        timeout,
        maxOutput: 64 * 1024,
        signal: this.#environment.signal,
      });
      return readReply(end, timeout);
    } finally {
      clearTimeout(waiting);
      input.fill(0);
    }
  }

  #sayWaiting(): void {
    if (this.#environment.hasTerminal()) {
      this.#environment.note('Waiting for you to unlock the keychain…');
    }
  }

  /** A crash must not leave a core dump, which would contain the secret. */
  #argv(): readonly string[] {
    const { helper, platform } = this.#environment;
    return platform === 'win32' ? helper : ['/bin/sh', '-c', 'ulimit -c 0; exec "$0" "$@"', ...helper];
  }

  /**
   * The environment of the helper: without our variables and without those that configure Node; with the address of the
   * bus, so that no library searches for one; and in English, because `stateOf` knows the English messages.
   * Throws `KeychainError` when there is no bus.
   */
  #childEnv(): Variables {
    const { env } = this.#environment;
    const kept = Object.entries(env).filter(([name]) => !/^(?:NOST|NODE_|LC_|LANG)/.test(name));
    const variables: Variables = { ...Object.fromEntries(kept), LC_ALL: 'C.UTF-8' };
    if (!this.#speaksDbus) return variables;
    const address = busAddress(env);
    if (address === undefined) throw new KeychainError('no_bus');
    return { ...variables, DBUS_SESSION_BUS_ADDRESS: address };
  }

  #timeout(): number {
    const given = this.#environment.env['NOST_KEYCHAIN_TIMEOUT'];
    if (given) return parseTimeout(given);
    return this.#environment.hasTerminal() ? WITH_TERMINAL_MS : WITHOUT_TERMINAL_MS;
  }
}

function parseTimeout(text: string): number {
  try {
    return parseWait(text);
  } catch (error) {
    throw new SignerError(`NOST_KEYCHAIN_TIMEOUT: ${(error as Error).message}`, { code: 'bad_value' });
  }
}

/** A reply is valid however the helper ended. Without a reply, the end of the helper decides. */
function readReply({ how, code, signal, output }: ChildEnd, timeout: number): Reply {
  const reply = parseReply(output);
  if (reply?.error !== undefined) throw new KeychainError(stateOf(reply.error), detailOf(reply.error));
  if (reply) return reply;
  if (how === 'timeout') throw new KeychainError('timeout', `${timeout / 1000} s`);
  if (how === 'aborted') throw new SignerError('the keychain was given up', { code: 'keychain_aborted' });
  if (how === 'not_started') throw new KeychainError('failed', 'its helper could not be started');
  throw new KeychainError('crashed', signal ?? `exit ${code}`);
}

/** Only a state without a message of its own needs that of the library. */
function detailOf(text: string): string {
  return stateOf(text) === 'failed' ? text : '';
}

function parseReply(output: Buffer): Reply | undefined {
  const end = output.indexOf('\n');
  if (end < 0) return undefined;
  try {
    return { ...JSON.parse(output.toString('utf8', 0, end)), secret: output.subarray(end + 1) };
  } catch {
    return undefined;
  }
}
