// The ways a command can fail. Each has a stable `code` for scripts, a message, and a hint that says what to do
// next. Only exit-codes.ts knows which number a failure becomes.
import type { CodeOf, FailureCode, FailureKind } from './failure-codes.ts';

export interface FailureDetails<Code extends FailureCode = FailureCode> {
  /** Stable, for scripts. */
  code?: Code;
  /** What the user can do next, in one sentence. */
  hint?: string | undefined;
  cause?: unknown;
}

/** An expected failure. Its texts never contain a secret. */
export class Failure<K extends FailureKind = FailureKind> extends Error {
  readonly kind: K;
  readonly code: CodeOf<K>;
  readonly hint: string | undefined;

  constructor(kind: K, message: string, details: FailureDetails<CodeOf<K>> = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.kind = kind;
    this.code = details.code ?? (kind as FailureKind as CodeOf<K>); // each kind is a code, too
    this.hint = details.hint;
  }
}

/** Unknown flag, bad value, bad filter, bad event JSON, bad entity, a secret in argv. */
export class UsageError extends Failure<'usage'> {
  constructor(message: string, details: FailureDetails<CodeOf<'usage'>> = {}) {
    super('usage', message, { code: 'usage', ...details });
  }
}

/** No key, keychain locked or denied, wrong passphrase, loose permissions. */
export class SignerError extends Failure<'signer'> {
  constructor(message: string, details: FailureDetails<CodeOf<'signer'>> = {}) {
    super('signer', message, { code: 'signer', ...details });
  }
}

/** A file, port or stream that the user named cannot be used. */
export class IoError extends Failure<'io'> {
  constructor(message: string, details: FailureDetails<CodeOf<'io'>> = {}) {
    super('io', message, { code: 'io', ...details });
  }
}

/** A verdict that a monitoring system reads from the exit code, by its own table: 1 warning, 2 critical, 3 unknown. */
export class MonitorVerdict extends Failure<'refused' | 'auth' | 'unreachable' | 'timeout'> {
  readonly status: 1 | 2 | 3;

  constructor(
    status: MonitorVerdict['status'],
    kind: 'refused' | 'auth' | 'unreachable' | 'timeout',
    message: string,
  ) {
    super(kind, message, { code: 'unhealthy' });
    this.status = status;
  }
}
