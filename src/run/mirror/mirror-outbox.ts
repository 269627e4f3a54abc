// `mirror --outbox`: people are followed at the relays they write to (NIP-65). Where that is, is looked up again each hour,
// and soon after a new list of one of them has come.
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import type { Filter } from '../../protocol/filter.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { Followed, Mirror } from '../../sync/mirror/mirror.ts';
import { type CoverOptions, narrowedTo, OutboxCover } from '../lookup/outbox-cover.ts';
import { RELAY_LIST } from '../lookup/relay-lists.ts';

export interface OutboxSettings extends CoverOptions {
  /** Public keys. */
  people: readonly string[];
  /** What is mirrored of them. */
  filters: readonly Filter[];
  /** A relay that is the only target is no source. */
  targets: readonly string[];
}

const EVERY_MS = 60 * 60_000;

/** Lists that come one after the other cause one look. */
const SOON_MS = 60_000;

export class MirrorOutbox {
  readonly #context: Pick<Context, 'log'>;
  readonly #settings: OutboxSettings;
  readonly #people: ReadonlySet<string>;
  readonly #cover: OutboxCover;
  #soon: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(context: Context, settings: OutboxSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#people = new Set(settings.people);
    this.#cover = new OutboxCover(context, settings);
  }

  /** Where the people write, and what each relay is asked for. Says who has no list. Throws `Failure` where that is nowhere. */
  async begin(): Promise<Followed> {
    const { people, end } = this.#settings;
    const followed = await this.#find();
    this.#cover.tell(people);
    if (followed.size > 0 || end.signal.aborted) return followed;
    throw new Failure('refused', 'there is no relay to follow these people at, but the one of --to', {
      code: 'not_found',
      hint: 'Name one that knows where they write: nost mirror --outbox WHO wss://index.example --to URL',
    });
  }

  /** Has the mirror follow them wherever they go, until the function that is returned is called. */
  keepUp(mirror: Pick<Mirror, 'follow'>, soonMs = SOON_MS): () => void {
    const hourly = setInterval(() => void this.#look(mirror, soonMs), EVERY_MS);
    this.onEvents = events => {
      if (events.some(event => this.#isList(event))) this.#lookSoon(mirror, soonMs);
    };
    return () => {
      this.onEvents = () => {};
      clearInterval(hourly);
      clearTimeout(this.#soon);
    };
  }

  /** Is told of what comes. */
  onEvents: (events: readonly StreamEvent[]) => void = () => {};

  #isList({ kind, pubkey }: StreamEvent): boolean {
    return kind === RELAY_LIST && this.#people.has(pubkey);
  }

  /** Never two looks at once; what came during one causes another. */
  async #look(mirror: Pick<Mirror, 'follow'>, soonMs: number): Promise<void> {
    this.#soon = undefined;
    if (this.#isLooking) return this.#lookSoon(mirror, soonMs);
    this.#isLooking = true;
    try {
      const followed = await this.#find();
      // That nobody is found anywhere is a fault of the relays that were asked.
      if (followed.size > 0 && !this.#settings.end.signal.aborted) mirror.follow(followed);
    } catch (error) {
      this.#context.log.warn({
        type: 'outbox',
        message: `looking up relay lists failed: ${(error as Error).message}`,
      });
    } finally {
      this.#isLooking = false;
    }
  }

  #lookSoon(mirror: Pick<Mirror, 'follow'>, ms: number): void {
    this.#soon ??= setTimeout(() => void this.#look(mirror, ms), ms);
  }

  async #find(): Promise<Followed> {
    const { people, filters, targets } = this.#settings;
    const served = await this.#cover.find(people);
    const sources = [...served].filter(([relay]) => targets.some(target => target !== relay));
    return new Map(sources.map(([relay, some]) => [relay, narrowedTo(some, filters)]));
  }
}

/** The filters for these people alone. Throws `UsageError` where a filter wants none of them. */
export function filtersFor(people: readonly string[], filters: readonly Filter[]): Filter[] {
  const own = filters.map(filter => ({ authors: [...people], ...filter }));
  const narrowed = narrowedTo(people, own);
  if (narrowed.length === own.length) return narrowed;
  throw new UsageError('a filter asks for authors that --outbox does not name', {
    code: 'bad_filter',
    hint: 'Leave -a out: --outbox says whose events are mirrored.',
  });
}
