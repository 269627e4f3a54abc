// Opens what an inbox holds and says what of it is shown: gift wraps after every check of NIP-59, and with --legacy the
// messages of NIP-04. Whoever wants can send us rubbish: what must not be believed is told, and stops nothing.
import type { Context } from '../../context.ts';
import type { Event } from '../../protocol/event.ts';
import { expiryOf, participantsOf } from '../../protocol/nip17.ts';
import { InvalidPayload } from '../../protocol/nip44.ts';
import { InvalidWrap, openGift, type Rumor, stringifyRumor } from '../../protocol/nip59.ts';
import { ParsedEvent } from '../../protocol/parsed-event.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { Batch } from '../../relay/query/relay-query.ts';
import { SeenIds } from '../../relay/query/seen-ids.ts';
import type { Signer } from '../../signer/signer.ts';
import type { Verifier } from '../../verify/verifier.ts';
import type { MessageLine } from './sorted-lines.ts';

/** The kind of a message of NIP-04. */
export const LEGACY_KIND = 4;

/** Clocks of senders and relays differ, in seconds. */
export const CLOCKS_DIFFER = 15 * 60;

/** Which messages are shown. */
export interface Wanted {
  kinds: ReadonlySet<number>;
  since: number;
  until: number;
  /** Public keys: all of them take part in the conversation. */
  people: readonly string[];
  /** Only what others wrote. */
  isReceived: boolean;
  /** What was stored when reading began at a relay is shown only if it was written after this time (unix seconds). */
  newSince: number | undefined;
}

/** A message, where its author is known to have written it. */
interface Opened {
  rumor: Rumor;
  /** The wrap; null of a message that had none. */
  wrap: string | null;
  expiry: number | undefined;
}

/** How many are opened at once: signatures are checked on other threads meanwhile. */
const AT_ONCE = 32;

/** Messages that are told one by one when they are refused; -v tells all. */
const MOST_TOLD = 20;

/** Messages that are remembered: the same may come in several wraps. */
const REMEMBERED = 50_000;

export interface OpeningParts {
  context: Context;
  signer: Signer;
  verifier: Verifier;
  wanted: Wanted;
}

export class Opening {
  readonly #parts: OpeningParts;
  readonly #seen = new SeenIds(REMEMBERED, 1000);
  #refused = 0;
  #expired = 0;

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  /** The messages in a batch that are shown, in its order; at most so many. */
  async messages({ relay, stored, missed, events }: Batch, most: number): Promise<MessageLine[]> {
    const lines: MessageLine[] = [];
    const isOld = stored && !missed;
    for (let at = 0; at < events.length && lines.length < most; at += AT_ONCE) {
      const some = events.slice(at, at + AT_ONCE).map(event => this.#open(event, relay));
      for (const opened of await Promise.all(some))
        if (opened && lines.length < most && this.#isShown(opened, isOld)) lines.push(lineOf(opened, relay));
      const room = this.#parts.context.room();
      if (room) await room;
    }
    return lines;
  }

  /** Says how many were left out, and why. */
  tell(): void {
    const { log } = this.#parts.context;
    if (this.#refused > MOST_TOLD) {
      const message = `${this.#refused} messages were refused in all; -v names each`;
      log.warn({ type: 'invalid', refused: this.#refused, message });
    }
    if (this.#expired > 0) {
      const message = `left out, for they have expired: ${this.#expired}`;
      log.detail({ type: 'expired', expired: this.#expired, message });
    }
  }

  /** Undefined for what was refused. */
  async #open(event: StreamEvent, relay: string): Promise<Opened | undefined> {
    const outer = event.toEvent();
    try {
      return outer.kind === LEGACY_KIND ? await this.#openLegacy(outer) : await this.#openWrap(outer);
    } catch (error) {
      if (!(error instanceof InvalidWrap) && !(error instanceof InvalidPayload)) throw error;
      this.#tellRefused(outer.id, relay, error);
      return undefined;
    }
  }

  async #openWrap(wrap: Event): Promise<Opened> {
    const check = async (event: Event) => (event === wrap ? undefined : this.#check(event)); // the query has checked it
    const { seal, rumor } = await openGift(wrap, this.#parts.signer, check);
    return { rumor, wrap: wrap.id, expiry: expiryOf([wrap, seal, rumor]) };
  }

  async #check(event: Event): Promise<'id' | 'signature' | undefined> {
    const [verdict] = await this.#parts.verifier.verify([new ParsedEvent(event)]);
    return verdict === 'valid' ? undefined : verdict;
  }

  /** The other one of the two may have written it, or we. */
  async #openLegacy({ sig: _, ...event }: Event): Promise<Opened> {
    const { signer } = this.#parts;
    const own = signer.publicKey;
    const other = event.pubkey === own ? [...participantsOf(event)].find(key => key !== own) : event.pubkey;
    const content = await signer.nip04Decrypt(other ?? own, event.content);
    return { rumor: { ...event, content }, wrap: null, expiry: expiryOf([event]) };
  }

  #isShown({ rumor, expiry }: Opened, isOld: boolean): boolean {
    const { kinds, since, until, people, isReceived, newSince } = this.#parts.wanted;
    if (!kinds.has(rumor.kind) || rumor.created_at < since || rumor.created_at > until) return false;
    if (isOld && newSince !== undefined && !this.#isNew(rumor, newSince)) return false;
    const own = this.#parts.signer.publicKey;
    if (isReceived && rumor.pubkey === own) return false;
    if (people.length > 0) {
      const participants = participantsOf(rumor);
      if (!people.every(person => participants.has(person))) return false;
      if (participants.size > 1 && people.every(person => person === own)) return false; // notes to oneself
    }
    if (expiry !== undefined && expiry <= this.#now()) {
      this.#expired++;
      return false;
    }
    return this.#seen.add(rumor.id);
  }

  /** One dated ahead would be new at each start of a bot, for as long as its author likes. */
  #isNew({ created_at }: Rumor, newSince: number): boolean {
    return created_at > newSince && created_at <= this.#now() + CLOCKS_DIFFER;
  }

  #now(): number {
    return Math.floor(this.#parts.context.now() / 1000);
  }

  /** No message quotes what was decrypted. */
  #tellRefused(id: string, relay: string, { message }: Error): void {
    const { log } = this.#parts.context;
    this.#refused++;
    const entry = { type: 'invalid', id, relay, message: `${id}: refused: ${message}` };
    if (this.#refused <= MOST_TOLD) log.warn(entry);
    else log.detail(entry);
  }
}

function lineOf({ rumor, wrap, expiry }: Opened, relay: string): MessageLine {
  const tail = JSON.stringify({ relay, wrap, expiry: expiry ?? null }).slice(1);
  return { time: rumor.created_at, line: `${stringifyRumor(rumor).slice(0, -1)},${tail}` };
}
