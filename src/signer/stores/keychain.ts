// The keychain of the operating system, seen from this process: every operation runs in a helper that can be killed,
// takes a bounded time and ends in a value or a `KeychainError`. Silence is never taken for "no key".
import { randomBytes } from 'node:crypto';
import { SignerError } from '../../errors.ts';
import { parseDuration } from '../../protocol/time.ts';
import { type ChildEnd, runChild } from '../child.ts';
import type { SignerEnvironment, Variables } from '../environment.ts';
import { KeychainError, type KeychainState, stateOf } from './keychain-state.ts';
import { busAddress, isDefaultLocked, serviceName } from './session-bus.ts';

/** The service under which the keys are kept; the account is the public key in hex, the value an nsec. */
export const SERVICE = 'nost';

const WITH_TERMINAL_MS = 60_000;
const WITHOUT_TERMINAL_MS = 5_000;
/** A person at a terminal is told by then what is waited for. */
const PATIENCE_MS = 2_000;

interface Reply {
  done?: 'found' | 'nothing' | 'ok' | 'damaged';
  error?: string;
  /** After the line: the key. */
  secret: Buffer;
}

/** What `key doctor` reports. Never a value. */
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
   * The key of an account: 32 bytes, still to be compared with the account.
   * Throws `KeychainError`: `missing` only when the keychain is known to be open.
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

  /** Resolves once the item is known to be gone. */
  async delete(pubkey: string): Promise<void> {
    await this.#perform('delete', pubkey);
    const { done } = await this.#perform('get', pubkey);
    if (done !== 'nothing') throw new KeychainError('failed', 'the item is still there');
    if (await this.#isLocked()) throw new KeychainError('locked');
  }

  /** Proves that values can be kept: writes, reads and removes one of no worth. */
  async canary(): Promise<void> {
    await this.#perform('canary', `canary-${randomBytes(8).toString('hex')}`);
  }

  /** Looks without disturbing: a locked keychain is not asked to open itself. */
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
      report.bus = env['DBUS_SESSION_BUS_ADDRESS'] ?? null;
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

  /** D-Bus knows; where it cannot be asked, only a write tells: a locked keychain refuses it. */
  async #isLocked(): Promise<boolean> {
    const { platform } = this.#environment;
    if (platform === 'darwin' || platform === 'win32') return false; // there a locked one is an error, not silence
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

  /** A crash must leave no core: it would hold the secret. */
  #argv(): readonly string[] {
    const { helper, platform } = this.#environment;
    return platform === 'win32' ? helper : ['/bin/sh', '-c', 'ulimit -c 0; exec "$0" "$@"', ...helper];
  }

  /**
   * What the helper inherits: nothing of ours, nothing that steers Node, the bus by its address, so that no library
   * goes looking for one; and the English texts that `stateOf` knows.
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
    return parseDuration(text);
  } catch (error) {
    throw new SignerError(`NOST_KEYCHAIN_TIMEOUT: ${(error as Error).message}`, { code: 'bad_value' });
  }
}

/** A reply counts however the helper ended; without one its end is the state. */
function readReply({ how, code, signal, output }: ChildEnd, timeout: number): Reply {
  const reply = parseReply(output);
  if (reply?.error !== undefined) throw new KeychainError(stateOf(reply.error), detailOf(reply.error));
  if (reply) return reply;
  if (how === 'timeout') throw new KeychainError('timeout', `${timeout / 1000} s`);
  if (how === 'aborted') throw new SignerError('the keychain was given up', { code: 'keychain_aborted' });
  if (how === 'not_started') throw new KeychainError('failed', 'its helper could not be started');
  throw new KeychainError('crashed', signal ?? `exit ${code}`);
}

/** Only a state without words of its own needs the library's. */
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
