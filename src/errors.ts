// The ways a command can fail. Each has a stable `code` for scripts, a message, and a hint that says what to do
// next. Only exit-codes.ts knows which number a failure becomes.
import type { FailureCode, FailureKind } from './failure-codes.ts';

export interface FailureDetails {
  /** Stable, for scripts. */
  code?: FailureCode;
  /** What the user can do next, in one sentence. */
  hint?: string | undefined;
  cause?: unknown;
}

/** An expected failure. Its texts never contain a secret. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly code: FailureCode;
  readonly hint: string | undefined;

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.kind = kind;
    this.code = details.code ?? kind;
    this.hint = details.hint;
  }
}

/** Unknown flag, bad value, bad filter, bad event JSON, bad entity, a secret in argv. */
export class UsageError extends Failure {
  constructor(message: string, details: FailureDetails = {}) {
    super('usage', message, { code: 'usage', ...details });
  }
}

/** No key, keychain locked or denied, wrong passphrase, loose permissions. */
export class SignerError extends Failure {
  constructor(message: string, details: FailureDetails = {}) {
    super('signer', message, { code: 'signer', ...details });
  }
}

/** A file, port or stream that the user named cannot be used. */
export class IoError extends Failure {
  constructor(message: string, details: FailureDetails = {}) {
    super('io', message, { code: 'io', ...details });
  }
}
