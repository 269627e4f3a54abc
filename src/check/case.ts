// What a conformance case is, and what comes of one.
import type { RelayInformation } from '../protocol/nip11.ts';
import type { Trial } from './trial.ts';

/** One sentence about how a relay behaves, and the steps that show whether it does. */
export interface Case {
  /** Stable, lower case with hyphens: baselines and --only name it. */
  readonly name: string;
  readonly nip: number;
  /** The behaviour, as a sentence without a full stop: `answers a REQ with EOSE`. */
  readonly title: string;
  /** The words of the NIP that ask for it. */
  readonly words: string;
  /** `informational`: nothing asks for it; it is good to know. */
  readonly level: 'required' | 'informational';
  /** A relay that does not do it need not say so in its answers: run only where the document claims the NIP. */
  readonly onlyIfClaimed?: boolean;
  /** It has brought relays down: run only when its NIP or its name was asked for. */
  readonly onlyIfAsked?: boolean;
  /** Runs even against a relay that answers nothing, and before all others: when it fails, they are skipped. */
  readonly isBasic?: boolean;
  /** Resolves when the relay behaves so. Throws `Wrong`, `Skip`, or what a `Dialogue` throws. */
  run(trial: Trial): Promise<void>;
}

/** How a case ended. */
export type Outcome = 'pass' | 'fail' | 'skip';

export interface CaseResult {
  readonly case: Case;
  readonly outcome: Outcome;
  /** Why it failed or was skipped, with the relay's words; empty when it passed. */
  readonly message: string;
  readonly ms: number;
  /** What was sent and received. */
  readonly frames: readonly string[];
  /** It failed in the baseline, too, and may do so. */
  readonly isKnown?: boolean;
}

/** Whether the document names the NIP. */
export function claims(document: RelayInformation | undefined, nip: number): boolean {
  return document?.supported_nips?.some(named => Number(named) === nip) ?? false;
}

/** Whether a required case failed that no baseline excuses. */
export function isFailure({ outcome, case: { level }, isKnown }: CaseResult): boolean {
  return outcome === 'fail' && level === 'required' && !isKnown;
}

/** Why the run does not fail for a case that did: nothing asks for it, or it is known. */
export function excuseOf({ case: { level } }: CaseResult): string {
  return level === 'informational' ? 'informational' : 'as in the baseline';
}
