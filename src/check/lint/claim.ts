// A claim of a relay's document that can be held against what the relay does, and what is found.
import type { RelayInformation, RelayLimitation } from '../../protocol/nip11.ts';
import type { Trial } from '../trial.ts';

/** `error`: the claim is false; `warning`: it misleads; `info`: good to know. */
export type Level = 'error' | 'warning' | 'info';

export interface Verdict {
  readonly level: Level;
  readonly message: string;
}

export interface Finding extends Verdict {
  /** Where in the document, such as `limitation.max_limit`; or `http`. */
  readonly field: string;
  /** What was sent and received. */
  readonly evidence: readonly string[];
}

/** One thing to try. */
export interface Claim {
  readonly field: string;
  /** Tried only with a key that the user gave: it publishes. */
  readonly publishes?: boolean;
  /** Whether the document says something about it. */
  isMade(document: RelayInformation): boolean;
  /** What is wrong; undefined when the claim is true. Throws what a `Dialogue` throws. */
  hold(trial: Trial, document: RelayInformation): Promise<Verdict | undefined>;
}

/** A claim about a limit that the document gives as a number. */
export function limitClaim(
  name: keyof RelayLimitation & string,
  hold: (trial: Trial, limit: number, document: RelayInformation) => Promise<Verdict | undefined>,
  publishes = false,
): Claim {
  const limitOf = ({ limitation }: RelayInformation) => limitation?.[name];
  return {
    field: `limitation.${name}`,
    publishes,
    isMade: document => typeof limitOf(document) === 'number',
    hold: (trial, document) => hold(trial, limitOf(document) as number, document),
  };
}

export function error(message: string): Verdict {
  return { level: 'error', message };
}

export function warning(message: string): Verdict {
  return { level: 'warning', message };
}

export function info(message: string): Verdict {
  return { level: 'info', message };
}
