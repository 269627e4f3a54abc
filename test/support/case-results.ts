// Results of made-up cases, for what writes them down.
import type { Case, CaseResult } from '../../src/check/case.ts';

export function madeUp(about: Partial<Case> & Partial<Omit<CaseResult, 'case'>> = {}): CaseResult {
  const {
    name = 'eose',
    nip = 1,
    title = 'answers a REQ with EOSE',
    words = 'MUST',
    level = 'required',
  } = about;
  const { outcome = 'pass', message = '', ms = 12, frames = [] } = about;
  return {
    case: { name, nip, title, words, level, run: async () => {} },
    outcome,
    message,
    ms,
    frames,
  };
}

/** One of each kind, with words of a relay that are hard to write down. */
export const OF_EACH_KIND: readonly CaseResult[] = [
  madeUp(),
  madeUp({
    name: 'ok',
    outcome: 'fail',
    message: 'it said "no" & <never> # why\u0000\u001b[31m\n\ud800',
    frames: ['1 ms #1 → ["EVENT",{"content":"]]> --- # &"}]', '2 ms #1 ← ["OK","\u0007",false,""]'],
  }),
  madeUp({ name: 'count', nip: 45, outcome: 'skip', message: 'the relay does not claim NIP-45 # TODO' }),
  madeUp({ name: 'on-connect', nip: 42, level: 'informational', outcome: 'fail', message: 'no AUTH came' }),
];
