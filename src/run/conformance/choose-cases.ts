// Which conformance cases a run tries: all of them, those of some NIPs, or those that are named.
import type { Case } from '../../check/case.ts';
import { UsageError } from '../../errors.ts';
import { nearest } from '../../protocol/nearest.ts';
import { quote } from '../../protocol/quote.ts';

export interface CaseFlags {
  nip?: number[] | undefined;
  only?: string[] | undefined;
}

/** The cases of `all` that the flags name, in their order. Throws `UsageError` for a name that there is not. */
export function chooseCases(all: readonly Case[], { nip, only }: CaseFlags): Case[] {
  for (const name of only ?? []) if (!all.some(other => other.name === name)) throw unknownCase(name, all);
  for (const number of nip ?? []) if (!all.some(other => other.nip === number)) throw unknownNip(number, all);
  return all.filter(
    tried =>
      (nip === undefined || nip.includes(tried.nip)) && (only === undefined || only.includes(tried.name)),
  );
}

function unknownCase(name: string, all: readonly Case[]): UsageError {
  const guess = nearest(
    name,
    all.map(other => other.name),
  );
  const hint = guess === undefined ? 'nost relay-test --list shows them.' : `Did you mean ${guess}?`;
  return new UsageError(`--only: there is no case ${quote(name)}`, { code: 'bad_value', hint });
}

function unknownNip(number: number, all: readonly Case[]): UsageError {
  const nips = [...new Set(all.map(({ nip }) => nip))].sort((a, b) => a - b);
  return new UsageError(`--nip: there is no case for NIP-${number}`, {
    code: 'bad_value',
    hint: `There are cases for ${nips.join(', ')}.`,
  });
}
