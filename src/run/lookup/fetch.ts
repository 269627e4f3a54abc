// Finds the events that codes name: at the relays the codes hint at, then at those their authors write to, then at the
// user's own. An event is looked for until it is found; of what can be replaced every relay is asked, and the newest
// counts.
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import { formatterFor } from '../../output/event-lines.ts';
import { compareEvents } from '../../protocol/event.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { endingFailure, type RelayEnding } from '../../relay/link/outcome.ts';
import { nothing } from '../query-run.ts';
import { AskableRelays } from './askable-relays.ts';
import { type Asking, type GatherOptions, gather } from './gather.ts';
import { findRelayLists } from './relay-lists.ts';
import { filtersFor, keysOfEvent, type Wanted } from './wanted.ts';

export interface FetchOptions extends GatherOptions {
  envelope: boolean;
  /** The user's own relays; there may be none. */
  relays: readonly string[];
}

/** The best that was found for a key, and where. */
interface Finding {
  event: StreamEvent;
  relays: string[];
}

/** Relays of one author that are asked. */
const RELAYS_OF_AUTHOR = 4;

export class Fetch {
  readonly #context: Context;
  readonly #options: FetchOptions;
  readonly #askable: AskableRelays;
  readonly #endings: RelayEnding[] = [];
  #codes = 0;
  #missing = 0;

  constructor(context: Context, options: FetchOptions) {
    this.#context = context;
    this.#options = options;
    this.#askable = new AskableRelays(options);
  }

  /** Looks for some, and prints what was found in the order of the codes. */
  async some(wanted: readonly Wanted[]): Promise<void> {
    const search = new Search(wanted);
    await this.#ask(
      search,
      byRelay(search.open, ({ hints }) => hints),
    );
    await this.#ask(search, await this.#outboxes(search.open));
    await this.#ask(
      search,
      byRelay(search.open, () => this.#options.relays),
    );
    if (this.#context.signal.aborted) return;
    await this.#print(search, wanted);
  }

  /** Rejects with the failure that what is missing amounts to. */
  async conclude(): Promise<void> {
    this.#askable.tell(entry => this.#context.log.detail(entry));
    if (this.#missing === 0) return;
    const failures = this.#endings.map(endingFailure).filter(kind => kind !== undefined);
    if (this.#missing === this.#codes && this.#endings.length === 0) throw nowhere();
    if (this.#missing === this.#codes && failures.length === this.#endings.length)
      throw await nothing(
        this.#endings,
        worstKind(failures)!,
        { ...this.#options.flags, named: this.#options.named },
        this.#context,
      );
    throw new Failure('refused', `nothing was found for ${this.#missing} of ${this.#codes} codes`, {
      code: 'not_found',
    });
  }

  async #ask(search: Search, asking: ReadonlyMap<string, readonly Wanted[]>): Promise<void> {
    const asked: Asking = new Map(
      [...asking]
        .filter(([relay]) => search.isNew(relay, asking))
        .map(([relay, some]) => [relay, filtersFor(some)]),
    );
    if (asked.size === 0) return;
    const endings = await gather(this.#context, asked, this.#options, ({ relay, event }) =>
      search.note(event, relay),
    );
    this.#endings.push(...endings);
  }

  /** Where the authors of what is wanted write, as the user's own relays and the codes' hints know it. */
  async #outboxes(open: readonly Wanted[]): Promise<Map<string, Wanted[]>> {
    const authors = [...new Set(open.map(({ author }) => author).filter(author => author !== undefined))];
    const relays = [...new Set([...this.#options.relays, ...open.flatMap(({ hints }) => hints)])];
    if (authors.length === 0 || relays.length === 0) return new Map();
    const { lists } = await findRelayLists(this.#context, authors, relays, this.#options);
    return byRelay(open, ({ author }) =>
      this.#askable.of(lists.get(author ?? '')?.write ?? []).slice(0, RELAYS_OF_AUTHOR),
    );
  }

  async #print(search: Search, wanted: readonly Wanted[]): Promise<void> {
    const { stdout, log, now } = this.#context;
    const { end } = this.#options;
    const format = formatterFor(this.#options.envelope ? 'envelope' : 'jsonl', now);
    const printed = new Set<string>();
    for (const { text, key } of wanted) {
      this.#codes++;
      const finding = search.findings.get(key);
      if (!finding) {
        this.#missing++;
        const code = shownAs(text);
        log.warn({ type: 'not_found', code, message: `not found${end.inTime}: ${code}` });
        await this.#context.room(); // there may be more of these than a reader of stderr takes at once
      } else if (!printed.has(key)) {
        printed.add(key);
        const [code, { relays }] = [shownAs(text), finding];
        log.detail({ type: 'found', code, relays, message: `${code}: ${relays.join(' ')}` });
        await stdout.bytes(format({ relay: finding.relays[0]!, stored: true, events: [finding.event] }));
      }
    }
  }
}

/** What is looked for, and what was found of it. */
class Search {
  readonly findings = new Map<string, Finding>();
  readonly #wanted: readonly Wanted[];
  readonly #keys: ReadonlySet<string>;
  readonly #asked = new Map<string, Set<string>>();

  constructor(wanted: readonly Wanted[]) {
    this.#wanted = wanted;
    this.#keys = new Set(wanted.map(({ key }) => key));
  }

  /** What is still to be looked for. */
  get open(): Wanted[] {
    return this.#wanted.filter(({ key, isReplaceable }) => isReplaceable || !this.findings.has(key));
  }

  /** Whether the relay was not asked for all of this before; it counts as asked from now on. */
  isNew(relay: string, asking: ReadonlyMap<string, readonly Wanted[]>): boolean {
    const asked = this.#asked.get(relay) ?? new Set();
    const before = asked.size;
    for (const { key } of asking.get(relay)!) asked.add(key);
    this.#asked.set(relay, asked);
    return asked.size > before;
  }

  note(event: StreamEvent, relay: string): void {
    for (const key of keysOfEvent(event)) {
      if (!this.#keys.has(key)) continue;
      const known = this.findings.get(key);
      if (known?.event.id === event.id) known.relays.push(relay);
      else if (!known || compareEvents(event, known.event) < 0)
        this.findings.set(key, { event, relays: [relay] });
    }
  }
}

function byRelay(
  wanted: readonly Wanted[],
  relaysOf: (wanted: Wanted) => readonly string[],
): Map<string, Wanted[]> {
  const asking = new Map<string, Wanted[]>();
  for (const one of wanted)
    for (const relay of relaysOf(one)) {
      const some = asking.get(relay);
      if (some) some.push(one);
      else asking.set(relay, [one]);
    }
  return asking;
}

function nowhere(): UsageError {
  return new UsageError('the codes name no relay, and there is none to ask', {
    code: 'no_relay',
    hint: 'Give --relay URL, or set NOST_RELAYS="wss://relay.example".',
  });
}

/** Bare hex may be a secret, typed in the wrong place: as a code it says that it was taken for an id. */
function shownAs(text: string): string {
  const hex = text.toLowerCase();
  return isHex32(hex) ? encodeEntity({ type: 'note', id: hex }) : text;
}
