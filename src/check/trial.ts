// One case being tried on one relay: its keys, its connections, the events it left there. Takes its events back at the
// end, as far as the relay lets it.
import { setTimeout as wait } from 'node:timers/promises';
import { randomBytes } from '../protocol/crypto.ts';
import type { Event, EventTemplate } from '../protocol/event.ts';
import type { Filter } from '../protocol/filter.ts';
import { eventAddress, kindClass } from '../protocol/kind.ts';
import type { RelayInformation } from '../protocol/nip11.ts';
import { authTemplate } from '../protocol/nip42.ts';
import { PLAIN_ROUTE } from '../relay/wire/route.ts';
import { ConnectError, type SocketOptions } from '../relay/wire/socket.ts';
import { Dialogue } from './dialogue.ts';
import { onlyMatching } from './expect.ts';
import { type Key, type SignId, throwawayKey } from './key.ts';
import type { Transcript } from './transcript.ts';
import { NO_CONNECTION, NoAnswer, Skip, Wrong } from './verdict.ts';

/** What all trials of a run share. */
export interface Run {
  readonly url: string;
  readonly socket: SocketOptions;
  /** How long the relay may be silent, in milliseconds. */
  readonly patience: number;
  /** What the relay says of itself; undefined when it says nothing. */
  readonly document: RelayInformation | undefined;
  /** The user's own key; undefined: each case has a throwaway key. */
  readonly author: Key | undefined;
  /** Signs for the throwaway keys. */
  readonly signId: SignId;
  /** Seconds since 1970, when the run began. */
  readonly now: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Some relays open only so many connections in a second, and cut the others at once. */
const OPENING_PAUSES_MS = [100, 400, 1000];

export class Trial {
  readonly run: Run;
  readonly transcript: Transcript;
  /** Signs the case's events. */
  readonly author: Key;
  /** In the `t` tag of each of the case's events; no other event has it. */
  readonly mark = `nost-${Buffer.from(randomBytes(8)).toString('hex')}`;
  readonly #keys = new Map<string, Key>();
  readonly #dialogues: Dialogue[] = [];
  readonly #made = new Map<string, Event>();
  readonly #taken = new Set<Event>();

  constructor(run: Run, transcript: Transcript) {
    this.run = run;
    this.transcript = transcript;
    this.author = this.#remembering(run.author ?? throwawayKey(run.signId));
  }

  /** Seconds since 1970. */
  get now(): number {
    return this.run.now;
  }

  /** A key that has published nothing, and that is not the user's. */
  newKey(): Key {
    return this.#remembering(throwawayKey(this.run.signId));
  }

  /** The key, and what it signs is known when it has to be taken back. */
  #remembering(signing: Key): Key {
    const { pubkey } = signing;
    const key: Key = {
      pubkey,
      sign: async template => {
        const event = await signing.sign(template);
        this.#made.set(event.id, event);
        return event;
      },
    };
    this.#keys.set(pubkey, key);
    return key;
  }

  /** A key whose profile and lists the case may replace, and all of whose events it may delete: never the user's. */
  spareKey(): Key {
    return this.ownsItsAuthor ? this.author : this.newKey();
  }

  /** Whether the case may publish what replaces a profile or a list of its author: never one of the user's. */
  get ownsItsAuthor(): boolean {
    return this.run.author === undefined;
  }

  /** A signed event of the case's: kind 1, now, by its author, unless said otherwise; with the case's mark. Rejects with
   * `Skip` when it could replace one of the user's. */
  async event(fields: Partial<EventTemplate> = {}, key = this.author): Promise<Event> {
    const { kind = 1, content = 'a test of nost relay-test', created_at = this.now, tags = [] } = fields;
    if (key === this.author && !this.ownsItsAuthor && couldReplace(kind, tags, this.mark))
      this.skip(`it would replace an event of the key's (kind ${kind})`);
    return key.sign({ kind, content, created_at, tags: [...tags, ['t', this.mark]] });
  }

  /** A filter for this case's events alone. */
  get mine(): { '#t': string[] } {
    return { '#t': [this.mark] };
  }

  /** The same, of its author: for live events, of which not every relay holds the tags against filters. */
  get own(): { authors: string[]; '#t': string[] } {
    return { authors: [this.author.pubkey], ...this.mine };
  }

  /** Publishes events, asks, and holds the answers against the filters: those that match must come, and no others. */
  async finds(planted: readonly Event[], ...questions: readonly Filter[]): Promise<void> {
    const dialogue = await this.open();
    await dialogue.plant(...planted);
    for (const filter of questions) onlyMatching(await dialogue.stored(filter), planted, [filter]);
  }

  /** Opens a connection; `deflate` offers it compressed. Rejects with `Skip` when the relay lets no more in. */
  async open(deflate = false): Promise<Dialogue> {
    for (let attempt = 0; ; attempt++) {
      const pause = OPENING_PAUSES_MS[attempt];
      try {
        const dialogue = await this.connect(deflate);
        await wait(0); // a relay that cuts does it at once
        if (dialogue.lost === undefined || pause === undefined) return dialogue;
      } catch (error) {
        if (!(error instanceof ConnectError)) throw error;
        if (pause === undefined || this.run.socket.signal.aborted)
          throw new Skip(`${NO_CONNECTION}: ${error.message}`);
      }
      await wait(pause);
    }
  }

  /** The case does not hold. */
  wrong(message: string): never {
    throw new Wrong(message);
  }

  /** The case cannot be tried here. */
  skip(message: string): never {
    throw new Skip(message);
  }

  /** Deletes what the case left on the relay (NIP-09), within `ms`, and closes its connections. */
  async end(ms: number): Promise<void> {
    const isUp = { value: false };
    if (this.#taken.size > 0) await Promise.race([this.#takeBack(isUp), wait(ms, undefined, { ref: false })]);
    isUp.value = true;
    await Promise.all(this.#dialogues.map(opened => opened.close()));
  }

  async #takeBack(isUp: { value: boolean }): Promise<void> {
    const dialogue = await this.#openOne();
    const taken = [...this.#taken];
    for (const pubkey of new Set(taken.map(event => event.pubkey))) {
      if (isUp.value || dialogue === undefined) return;
      const events = taken.filter(event => event.pubkey === pubkey);
      const tags = events.flatMap(event => [['e', event.id], ...addressOf(event), ['k', String(event.kind)]]);
      const deletion = await this.#keys
        .get(pubkey)!
        .sign({ kind: 5, content: '', created_at: this.now, tags });
      try {
        await dialogue.publish(deletion);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        return; // the relay does not listen any more
      }
    }
  }

  /** A connection that is open still, or a new one; undefined when the relay is gone. */
  async #openOne(): Promise<Dialogue | undefined> {
    const [dialogue] = this.#dialogues.filter(({ lost }) => lost === undefined);
    return dialogue ?? this.connect().catch(() => undefined);
  }

  /** Opens a connection, once. Rejects with `ConnectError`. */
  async connect(deflate = false): Promise<Dialogue> {
    const { url, socket, patience } = this.run;
    const dialogue = await Dialogue.open({
      url,
      socket: deflate ? { ...socket, route: { ...(socket.route ?? PLAIN_ROUTE), deflate } } : socket,
      patience,
      transcript: this.transcript,
      number: this.#dialogues.length + 1,
      authenticate: async (challenge, pubkey = this.author.pubkey) =>
        this.#keys.get(pubkey)!.sign(authTemplate(challenge, url, Math.floor(this.run.clock() / 1000))),
      taken: id => {
        const event = this.#made.get(id);
        if (
          event &&
          this.#keys.has(event.pubkey) &&
          event.kind !== 5 &&
          kindClass(event.kind) !== 'ephemeral'
        )
          this.#taken.add(event);
      },
    });
    this.#dialogues.push(dialogue);
    return dialogue;
  }
}

/** Whether an event may stand in the place of one that its author has: only an address with the case's mark is new. */
function couldReplace(kind: number, tags: readonly string[][], mark: string): boolean {
  const kindOf = kindClass(kind);
  const d = tags.find(([name]) => name === 'd')?.[1] ?? '';
  return kindOf === 'replaceable' || (kindOf === 'addressable' && !d.includes(mark));
}

function addressOf(event: Event): string[][] {
  const address = eventAddress(event);
  return address === undefined ? [] : [['a', address]];
}
