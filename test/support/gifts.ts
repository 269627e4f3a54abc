// Gift wraps without encryption, damaged inside: for fuzzing what is behind it.
import type { Event } from '../../src/protocol/event.ts';
import { type KeyHolder, rumorOf, SEAL_KIND, stringifyRumor, WRAP_KIND } from '../../src/protocol/nip59.ts';
import { mutate } from './mutations.ts';
import { A, T0 } from './people.ts';

/** Reads a text that nobody encrypted. */
export const PLAIN_READER: Pick<KeyHolder, 'nip44Decrypt'> = { nip44Decrypt: (_, payload) => payload };

const RUMOR = stringifyRumor(rumorOf(A.note('hello "world"\n\u{1f600}', T0, [['t', 'x']])));
const SEAL = A.sign({ kind: SEAL_KIND, content: RUMOR });
const WRAP = A.sign({ kind: WRAP_KIND, content: JSON.stringify(SEAL) });

/** A gift whose seal (each second one) or whose rumor is damaged. */
export function damagedGift(turn: number, next: () => number): Event {
  const seal =
    turn % 2 === 0 ? mutate(WRAP.content, next) : JSON.stringify({ ...SEAL, content: mutate(RUMOR, next) });
  return { ...WRAP, content: seal };
}
