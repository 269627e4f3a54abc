// The rules for events that the flags of `serve` give. They hold as long as the relay runs; those of management/rules.ts
// hold beside them. What was loaded with --seed or --import is its owner's choice, and not asked.
import type { Event } from '../../protocol/event.ts';
import { committedDifficulty } from '../../protocol/nip13.ts';
import { RelayRules, refusalByRules } from '../management/rules.ts';

/** Why an event is refused, as the message of an OK; undefined when it is not. */
export type Rule = (event: Event) => string | undefined;

/** What may be published. */
export interface WriteRules {
  readOnly?: boolean | undefined;
  /** Bits of NIP-13 that an event commits to. */
  minPow?: number | undefined;
  /** Where some are allowed, all others are refused; what is denied is refused, also when it is allowed. */
  allowedKinds?: readonly number[] | undefined;
  deniedKinds?: readonly number[] | undefined;
  allowedAuthors?: readonly string[] | undefined;
  deniedAuthors?: readonly string[] | undefined;
}

/** The rules, the cheapest first. */
export function rulesOf(given: WriteRules): Rule[] {
  const { readOnly, minPow = 0 } = given;
  const [allowing, denying] = [new RelayRules(), new RelayRules()];
  for (const kind of given.allowedKinds ?? []) allowing.kinds.allow(kind);
  for (const author of given.allowedAuthors ?? []) allowing.pubkeys.allow(author);
  for (const kind of given.deniedKinds ?? []) denying.kinds.ban(kind);
  for (const author of given.deniedAuthors ?? []) denying.pubkeys.ban(author);
  return [
    () => (readOnly ? 'restricted: this relay is read-only' : undefined),
    event => refusalByRules(event, denying),
    event => refusalByRules(event, allowing),
    event => refusalByWork(event, minPow),
  ];
}

/** A lucky id is no work: what the `nonce` tag commits to counts (NIP-13). */
function refusalByWork(event: Event, minPow: number): string | undefined {
  const difficulty = committedDifficulty(event);
  return difficulty < minPow ? `pow: difficulty ${difficulty} is less than ${minPow}` : undefined;
}

/** Whether the rules let not everybody publish everything: `restricted_writes` of NIP-11. */
export function areRestricting(given: WriteRules): boolean {
  const { readOnly = false, minPow = 0 } = given;
  const lists = [given.allowedKinds, given.deniedKinds, given.allowedAuthors, given.deniedAuthors];
  return readOnly || minPow > 0 || lists.some(list => list !== undefined && list.length > 0);
}

/** Why the first of the rules that refuses an event does so. */
export function refusalByAll(event: Event, rules: readonly Rule[] = []): string | undefined {
  for (const rule of rules) {
    const refusal = rule(event);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
