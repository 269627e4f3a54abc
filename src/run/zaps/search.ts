// Finds what a zap is about: an event or a profile, the newest that the hints of a code, the user's relays, and those its
// author writes to hold; and where people read.
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import { type Person, parsePerson } from '../../flags/people.ts';
import { compareEvents, type Event } from '../../protocol/event.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { parseAddress } from '../../protocol/kind.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { endingFailure, type RelayEnding } from '../../relay/link/outcome.ts';
import { AskableRelays } from '../lookup/askable-relays.ts';
import { type GatherOptions, gather } from '../lookup/gather.ts';
import { findRelayLists, type PersonRelays } from '../lookup/relay-lists.ts';
import { keysOfEvent, parseWanted, type Wanted, wantedProfile } from '../lookup/wanted.ts';
import { nothing } from '../query-run.ts';

/** What a word of the line names: a person, or an event. */
export type ZapWord = { person: Person } | { wanted: Wanted };

/** Hex stands for a person: an event is named by a code. Throws when the word is neither. */
export function parseZapWord(text: string): ZapWord {
  const isCode = /^(?:nostr:)?(?:note|nevent|naddr)1/i.test(text) || parseAddress(text) !== undefined;
  if (isCode) return { wanted: parseWanted(text) };
  if (isHex32(text.toLowerCase()) || !/:\/\//.test(text)) return { person: parsePerson(text) };
  try {
    return { person: parsePerson(text) };
  } catch {
    return { wanted: parseWanted(text) }; // a link of a client that holds a code
  }
}

export interface SearchOptions extends GatherOptions {
  /** The user's own relays; there may be none. */
  relays: readonly string[];
}

/** Relays of one person that are asked. */
const RELAYS_OF_PERSON = 4;

export class ZapSearch {
  readonly #context: Context;
  readonly #options: SearchOptions;
  readonly #askable: AskableRelays;
  readonly #lists = new Map<string, PersonRelays | undefined>();

  constructor(context: Context, options: SearchOptions) {
    this.#context = context;
    this.#options = options;
    this.#askable = new AskableRelays(options);
  }

  /** The profile of a person. Throws a `Failure` when it is not found. */
  profile(pubkey: string, hints: readonly string[]): Promise<Event> {
    const npub = encodeEntity({ type: 'npub', pubkey });
    return this.find(wantedProfile(npub, pubkey, hints), `no profile of ${npub}`);
  }

  /** The newest of what is wanted. Throws a `Failure`, which `missing` begins, when it is not found. */
  async find(wanted: Wanted, missing: string): Promise<Event> {
    const { end, relays } = this.#options;
    const first = [...new Set([...relays, ...wanted.hints])];
    const endings: RelayEnding[] = [];
    let found = await this.#ask(wanted, first, endings);
    const { author } = wanted;
    if (author !== undefined && (!found || wanted.isReplaceable)) {
      const write = (await this.#listsOf(author, first))?.write ?? [];
      const others = this.#askable.of(write).filter(relay => !first.includes(relay));
      const newer = await this.#ask(wanted, others.slice(0, RELAYS_OF_PERSON), endings);
      if (newer && (!found || compareEvents(newer, found) < 0)) found = newer;
    }
    this.#askable.tell(entry => this.#context.log.detail(entry));
    end.check('before everything was found');
    this.#context.signal.throwIfAborted();
    if (found) return found.toEvent();
    throw await this.#notFound(missing, endings);
  }

  /** Where a person reads, the relays that they may be asked at. */
  async readRelays(pubkey: string, hints: readonly string[]): Promise<readonly string[]> {
    const asked = [...new Set([...this.#options.relays, ...hints])];
    const read = (await this.#listsOf(pubkey, asked))?.read ?? [];
    return read.length === 0 ? [] : this.#askable.of(read).slice(0, RELAYS_OF_PERSON);
  }

  async #listsOf(pubkey: string, relays: readonly string[]): Promise<PersonRelays | undefined> {
    if (this.#lists.has(pubkey) || relays.length === 0) return this.#lists.get(pubkey);
    const { lists } = await findRelayLists(this.#context, [pubkey], relays, this.#options);
    this.#lists.set(pubkey, lists.get(pubkey));
    return lists.get(pubkey);
  }

  async #ask(
    wanted: Wanted,
    relays: readonly string[],
    endings: RelayEnding[],
  ): Promise<StreamEvent | undefined> {
    let best: StreamEvent | undefined;
    const asking = new Map(relays.map(relay => [relay, [wanted.filter]]));
    const ended = await gather(this.#context, asking, this.#options, ({ event }) => {
      if (!keysOfEvent(event).includes(wanted.key)) return;
      if (!best || compareEvents(event, best) < 0) best = event;
    });
    endings.push(...ended);
    return best;
  }

  async #notFound(missing: string, endings: readonly RelayEnding[]): Promise<Failure> {
    const failures = endings.map(endingFailure).filter(kind => kind !== undefined);
    if (endings.length === 0)
      return new UsageError(`${missing}: there is no relay to ask`, {
        code: 'no_relay',
        hint: 'Give --relay URL, or set NOST_RELAYS="wss://relay.example".',
      });
    if (failures.length === endings.length) {
      const { flags, named } = this.#options;
      return nothing(endings, worstKind(failures)!, { ...flags, named }, this.#context);
    }
    return new Failure('refused', `${missing} was found`, { code: 'not_found' });
  }
}
