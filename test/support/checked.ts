// A run of conformance cases in this process, as `nost relay-test` does it.
import { type Case, type CaseResult, isFailure } from '../../src/check/case.ts';
import { CASES } from '../../src/check/cases/all.ts';
import { type CheckOptions, runCases } from '../../src/check/run-cases.ts';
import { fetchRelayInformation } from '../../src/relay/wire/http.ts';
import { fastSignature } from '../../src/run/conformance/fast-signature.ts';

/** Tries the cases on a relay; the results by the names of the cases. */
export async function check(
  url: string,
  options: Partial<CheckOptions> = {},
): Promise<Map<string, CaseResult>> {
  const results = new Map<string, CaseResult>();
  for await (const result of runCases(await checkOptions(url, options)))
    results.set(result.case.name, result);
  return results;
}

async function checkOptions(url: string, options: Partial<CheckOptions>): Promise<CheckOptions> {
  const signal = new AbortController().signal;
  const waits = { connectTimeout: 60_000, timeout: 60_000, signal, route: undefined };
  return {
    url,
    socket: waits,
    patience: 4000,
    document: await fetchRelayInformation(url, waits).catch(() => undefined),
    author: undefined,
    now: Math.floor(Date.now() / 1000),
    clock: Date.now,
    signId: await fastSignature(),
    cases: CASES,
    asked: [],
    width: 8,
    limitMs: 60_000,
    ...options,
  };
}

/** The names of those that ended so, with why. */
export function ended(results: ReadonlyMap<string, CaseResult>, outcome: CaseResult['outcome']): string[] {
  return [...results.values()]
    .filter(result => result.outcome === outcome)
    .map(({ case: { name }, message }) => `${name}: ${message}`);
}

/** The names of required cases that failed. */
export function failing(results: ReadonlyMap<string, CaseResult>): string[] {
  return [...results.values()].filter(isFailure).map(({ case: { name } }) => name);
}

export type { Case };
