// Where people take private messages: their newest kind 10050 (NIP-17), asked of the user's relays, of those that codes
// name for them, and of those where each of them writes (NIP-65). A relay that the user did not name is not asked about
// somebody else besides: it would learn who writes to whom.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { Located } from '../../flags/people.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { endingFailure, type RelayEnding } from '../../relay/link/outcome.ts';
import { AskableRelays } from '../lookup/askable-relays.ts';
import { gather } from '../lookup/gather.ts';
import { MOST_OF_AUTHOR } from '../lookup/outbox-routes.ts';
import { INBOX_LIST, listFilters, NewestLists, type PersonRelays } from '../lookup/relay-lists.ts';
import { unanswered } from '../people/reading.ts';
import type { Where } from '../people/where.ts';
import { logEnding } from '../query-run.ts';

/** Relays of one person that are used: "guide users to keep kind:10050 lists small (1-3 relays)". */
const MOST_INBOXES = 10;

/** Relays that are asked for lists beside the user's own. */
const MOST_ASKED = 100;

/** A list may name relays that hold a newer one; nobody is followed without end. */
const ROUNDS = 2;

export interface Inboxes {
  /** By person, normalised; empty: no list, or one that names none. */
  of(person: string): readonly string[];
  /** Whether there is a list, though it may name none. */
  hasList(person: string): boolean;
  /** Whether any of them may be used: none of those in the user's own network may. */
  isAny(person: string): boolean;
  /** What else is known of a person. */
  lists(person: string): PersonRelays | undefined;
  /** How each relay that was asked ended. */
  endings: readonly RelayEnding[];
}

/** Who writes to people. */
export interface Sending {
  /** A public key: its lists are looked for, too. */
  sender: string;
  /** The receivers, with the relays that codes and domains name for each. */
  located: readonly Located[];
}

/** Asks for the lists of people. A relay that fails is told of. */
export async function findInboxes(
  context: Context,
  people: readonly string[],
  where: Where,
  { sender, located }: Partial<Sending> = {},
): Promise<Inboxes> {
  const newest = new NewestLists();
  const askable = new AskableRelays({ flags: where.flags, named: where.named });
  const all = [...new Set([...people, ...(sender === undefined ? [] : [sender])])];
  const asked = new Map<string, Set<string>>();
  const endings: RelayEnding[] = [];
  const ask = async (asking: ReadonlyMap<string, ReadonlySet<string>>) => {
    for (const [relay, some] of asking) asked.set(relay, new Set([...(asked.get(relay) ?? []), ...some]));
    const filters = new Map([...asking].map(([relay, some]) => [relay, listFilters([...some])]));
    const isSole = asked.size === 1;
    const tell = (ending: RelayEnding) => logEnding(ending, isSole, context);
    endings.push(...(await gather(context, filters, { ...where, tell }, found => newest.note(found))));
  };
  const hinted = hintsFor(people, located ?? [], where.named);
  await ask(new Map([...where.own.map(relay => [relay, new Set(all)] as const), ...hinted]));
  const known = () => newest.byPerson([...asked.keys()]);
  for (let round = 0; round < ROUNDS; round++) {
    const further = outboxesOf(people, known(), askable, asked);
    if (further.size === 0) break;
    await ask(further);
  }
  if (sender !== undefined && !people.includes(sender)) {
    const further = outboxesOf([sender], known(), askable, asked);
    for (const relay of asked.keys()) further.delete(relay); // it was asked about a receiver
    await ask(further);
  }
  const lists = known();
  const of = (person: string) => askable.of(lists.get(person)?.inbox ?? []).slice(0, MOST_INBOXES);
  for (const person of all) tellCut(person, lists.get(person)?.inbox.length ?? 0, of(person).length, context);
  askable.tell(entry => context.log.note(entry));
  const hasList = (person: string) => newest.has(INBOX_LIST, person);
  const isAny = (person: string) => askable.isAny(of(person));
  return { of, hasList, isAny, lists: person => lists.get(person), endings };
}

/** Where a list is longer than is used, somebody may write, or read, where nobody else does. */
function tellCut(pubkey: string, all: number, used: number, { log }: Context): void {
  if (used < MOST_INBOXES || all <= used) return;
  const npub = encodeEntity({ type: 'npub', pubkey });
  const message = `${npub} lists ${all} inboxes, of which ${used} are used`;
  log.note({ type: 'notice', pubkey, inboxes: all, used, message });
}

/** The relays that are named for people, each for its own: a fair share of those that are asked at all. */
function hintsFor(
  people: readonly string[],
  located: readonly Located[],
  named: ReadonlySet<string>,
): Map<string, Set<string>> {
  const share = Math.max(1, Math.floor(MOST_ASKED / people.length));
  const hinted = new Map<string, Set<string>>();
  for (const { value, hints } of located) {
    if (!people.includes(value)) continue;
    for (const relay of hints.slice(0, share))
      if (!named.has(relay)) hinted.set(relay, (hinted.get(relay) ?? new Set()).add(value));
  }
  return hinted;
}

/** Where people write, as far as that was not asked for them. */
function outboxesOf(
  people: readonly string[],
  lists: ReadonlyMap<string, PersonRelays>,
  askable: AskableRelays,
  asked: ReadonlyMap<string, ReadonlySet<string>>,
): Map<string, Set<string>> {
  const further = new Map<string, Set<string>>();
  for (const person of people) {
    for (const relay of askable.of(lists.get(person)?.write ?? []).slice(0, MOST_OF_AUTHOR)) {
      const isNew = !asked.has(relay) && !further.has(relay);
      if (asked.get(relay)?.has(person) || (isNew && asked.size + further.size >= MOST_ASKED)) continue;
      further.set(relay, (further.get(relay) ?? new Set()).add(person));
    }
  }
  return further;
}

/**
 * Throws `Failure` where one of the people takes no private messages anywhere: as no relay answered, or because there is no
 * list. `what` was not done; `hint`: what helps.
 */
export async function mustHaveInboxes(
  context: Context,
  people: readonly string[],
  inboxes: Inboxes,
  { where, what, hint }: { where: Where; what: string; hint: string },
): Promise<void> {
  const lacking = people.filter(person => inboxes.of(person).length === 0);
  if (lacking.length === 0) return;
  const { endings } = inboxes;
  const failed = endings.filter(ending => endingFailure(ending) !== undefined).length;
  if (failed === endings.length) throw await unanswered(context, inboxes, where);
  const rest = failed === 0 ? '' : ` (${failed} of ${endings.length} relays asked did not answer)`;
  throw new Failure('refused', `${lackWords(lacking, inboxes)}${rest}: ${what}`, { code: 'no_inbox', hint });
}

/**
 * Throws `Failure` where all inboxes of one of them are in the user's own network: they would be refused one by one when the
 * others have the message, and sent again to the rest it is another conversation.
 */
export function mustBePublic(people: readonly string[], inboxes: Inboxes): void {
  const hidden = people.filter(person => !inboxes.isAny(person));
  if (hidden.length === 0) return;
  const message = `the inboxes of ${namesOf(hidden)} are at no public address (--allow-private): nothing was sent`;
  throw new Failure('unreachable', message, { code: 'unreachable' });
}

/** A list that was emptied is another thing than none: who looks for it elsewhere finds no more. */
function lackWords(lacking: readonly string[], inboxes: Inboxes): string {
  const none = lacking.filter(person => !inboxes.hasList(person));
  const empty = lacking.filter(person => inboxes.hasList(person));
  return [
    ...(none.length > 0 ? [`no list of inboxes (kind 10050) of ${namesOf(none)} was found`] : []),
    ...(empty.length > 0 ? [`the list of inboxes (kind 10050) of ${namesOf(empty)} names no relay`] : []),
  ].join('; ');
}

function namesOf(people: readonly string[]): string {
  return people.map(pubkey => encodeEntity({ type: 'npub', pubkey })).join(', ');
}
