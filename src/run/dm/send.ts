// Sends a private message (NIP-17): to the inboxes of each receiver, and a copy to one's own. Nothing is sent before it is
// known where each receiver takes it; and no relay but those gets a wrap.
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import type { PlaceFlags } from '../../flags/edit-flags.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import { locate, type Person } from '../../flags/people.ts';
import { type Event, stringifyEvent } from '../../protocol/event.ts';
import { expiryOf } from '../../protocol/nip17.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { giftWrap, type Rumor } from '../../protocol/nip59.ts';
import type { Signer } from '../../signer/signer.ts';
import type { CommandEnd } from '../command-end.ts';
import { inputOf } from '../lookup/names.ts';
import { whereBy } from '../people/where.ts';
import { extendedWarning } from '../private/extended-warning.ts';
import { publishSigned } from '../publish-run.ts';
import { CommandKey, keyWords } from '../signing.ts';
import { Deliveries, type Delivery } from './deliveries.ts';
import { findInboxes, type Inboxes, mustBePublic, mustHaveInboxes } from './inboxes.ts';
import { type MessageFlags, readMessage, readsText, rumorOfMessage } from './message.ts';

export interface SendMessageFlags extends MessageFlags, PlaceFlags, NetworkFlags, KeyFlags {
  require?: number | 'all' | undefined;
  dryRun?: boolean | undefined;
  results?: boolean | undefined;
}

/** "Group chats with more than 100 participants should find a more suitable messaging scheme" (NIP-17). */
const MOST_RECEIVERS = 100;

/**
 * Prints one line when it is sent: the id of the message, who got it, and where. `isTyped`: the text comes from stdin, even
 * where that is a terminal. Throws the failure that the answers amount to; before anything is sent where a receiver has no
 * inbox.
 */
export async function sendMessage(
  context: Context,
  flags: SendMessageFlags,
  who: readonly Person[],
  isTyped: boolean,
  end: CommandEnd,
): Promise<void> {
  checkCount(
    new Set(who.map(person => (typeof person === 'object' && 'value' in person ? person.value : person))),
  );
  const key = await CommandKey.open(flags, context, readsText(flags), end.signal);
  try {
    const signer = await key.signer(); // before a long text is typed
    const input = inputOf(context, end.signal, flags);
    const located = await Promise.all(who.map(person => locate(person, input)));
    const hints = located.flatMap(person => [...person.hints]);
    const where = await whereBy(context, flags, { end, hints, key });
    const flagged = await readMessage(context, flags, input, isTyped);
    end.check('before the message was read; nothing was sent');
    if (context.signal.aborted) return;
    const to = receivers(
      located.map(({ value }) => value),
      signer.publicKey,
    );
    checkCount(new Set(to));
    const rumor = rumorOfMessage(flagged, flags, to, signer, Math.floor(context.now() / 1000));
    const inboxes = await findInboxes(context, to, where, { located, sender: signer.publicKey });
    if (context.signal.aborted) return;
    end.check('before it was known where the message goes');
    await mustHaveInboxes(context, to, inboxes, {
      where,
      what: 'nothing was sent',
      hint: hintFor(to, signer, where.keyWords),
    });
    mustBePublic(to, inboxes);
    const sending = new Sending(context, flags, { key, signer, rumor, inboxes, named: where.named, end });
    await sending.run(to);
  } finally {
    await key.close();
  }
}

function checkCount({ size }: ReadonlySet<unknown>): void {
  if (size <= MOST_RECEIVERS) return;
  const message = `a private message has at most ${MOST_RECEIVERS} receivers, not ${size}`;
  throw new UsageError(message, { code: 'bad_arguments' });
}

/** Each once; oneself alone, or not at all: a copy goes there anyway. */
function receivers(people: readonly string[], own: string): string[] {
  const others = [...new Set(people)].filter(person => person !== own);
  return others.length > 0 ? others : [own];
}

function hintFor(to: readonly string[], { publicKey }: Signer, key: string): string {
  return to.includes(publicKey)
    ? setInbox(key)
    : 'A private message goes only to where its receiver takes it (NIP-17): they have to say so first. Where it was said elsewhere: --relay URL asks there.';
}

function setInbox(key: string): string {
  return `Say where you take private messages: nost outbox --set-inbox wss://relay.example --create${key}`;
}

interface Parts {
  key: CommandKey;
  signer: Signer;
  rumor: Rumor;
  inboxes: Inboxes;
  named: ReadonlySet<string>;
  end: CommandEnd;
}

/** What is no answer of a relay decides alone. */
const OURS: readonly Failure['kind'][] = ['usage', 'signer', 'io', 'bug'];

class Sending {
  readonly #context: Context;
  readonly #flags: SendMessageFlags;
  readonly #parts: Parts;
  readonly #deliveries: Deliveries;
  /** What --results prints. */
  readonly #results: string[] = [];
  /** The inboxes of the receivers. */
  readonly #receiving = new Set<string>();
  readonly #tellLong: (payload: string) => void;

  constructor(context: Context, flags: SendMessageFlags, parts: Parts) {
    this.#context = context;
    this.#flags = flags;
    this.#parts = parts;
    this.#deliveries = new Deliveries(parts.signer.publicKey, flags.require, flags.auth);
    this.#tellLong = extendedWarning(context, 'a message');
  }

  async run(to: readonly string[]): Promise<void> {
    const { signer, inboxes } = this.#parts;
    const own = signer.publicKey;
    const hasCopy = !to.includes(own) && inboxes.of(own).length > 0;
    if (!to.includes(own) && !hasCopy) this.#tellNoCopy();
    const wraps = await this.#wraps(to);
    const copies = hasCopy ? await this.#wraps([own]) : new Map<Event, Delivery>();
    if (this.#flags.dryRun) return this.#show(new Map([...wraps, ...copies]));
    this.#tellRoutes(wraps);
    for (const { to: receiver, relays } of wraps.values())
      if (receiver !== own) for (const relay of relays) this.#receiving.add(relay);
    let failure: Failure | undefined;
    try {
      failure = await this.#publish(wraps);
      if (this.#deliveries.isAny && copies.size > 0) failure = (await this.#publish(copies)) ?? failure;
    } finally {
      await this.#print();
    }
    const missed = this.#context.signal.aborted ? undefined : this.#deliveries.failure(failure);
    if (missed) throw missed;
  }

  /** What was taken anywhere is told, also when stdout cannot be written. */
  async #print(): Promise<void> {
    const { end, rumor } = this.#parts;
    const { stdout, log } = this.#context;
    const line = this.#deliveries.line(rumor);
    const lines = this.#deliveries.isAny ? [line] : [];
    try {
      await end.cut(Promise.resolve(stdout.lines(this.#flags.results ? this.#results : lines)));
      (await end.flush(stdout))();
    } catch (error) {
      if (this.#deliveries.isAny)
        log.warn({ type: 'not_printed', ...JSON.parse(line), message: `sent, but not printed: ${line}` });
      throw error;
    }
  }

  /** A wrap for each, with a key, nonces and times of its own. */
  async #wraps(to: readonly string[]): Promise<Map<Event, Delivery>> {
    const { rumor, signer, inboxes } = this.#parts;
    const now = Math.floor(this.#context.now() / 1000);
    const wraps = new Map<Event, Delivery>();
    for (const person of to) {
      const wrap = await giftWrap(rumor, person, signer, { now, expiration: expiryOf([rumor]) });
      this.#tellLong(wrap.content);
      wraps.set(wrap, { to: person, relays: inboxes.of(person) });
    }
    return wraps;
  }

  /** Sends wraps, each to its relays; returns the failure that the answers amount to. */
  async #publish(wraps: ReadonlyMap<Event, Delivery>): Promise<Failure | undefined> {
    const { key, named, end } = this.#parts;
    for (const [{ id }, delivery] of wraps) this.#deliveries.add(id, delivery);
    if (end.signal.aborted) return undefined;
    const deliveries = [...wraps.values()];
    const relays = [...new Set(deliveries.flatMap(delivery => delivery.relays))];
    const consented = new Set(relays.filter(relay => this.#mayAuthenticate(relay)));
    const routes = { of: async () => deliveries.map(delivery => [...delivery.relays]), tell: () => {} };
    try {
      await publishSigned(
        this.#context,
        { ...this.#flags, auth: consented.size > 0 },
        {
          events: [...wraps.keys()],
          key,
          relays,
          named,
          routes,
          end,
          required: this.#flags.require ?? 1,
          consented,
          onOutcome: outcome => void this.#results.push(this.#deliveries.note(outcome)),
        },
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof Failure) || OURS.includes(error.kind)) throw error;
      return error;
    }
  }

  /**
   * With --auth the relays of the receivers learn who writes to them. One's own inboxes know whose they are, as `dm read`
   * tells them each time; but those that are a receiver's, too, would learn it here.
   */
  #mayAuthenticate(relay: string): boolean {
    return this.#flags.auth === true || !this.#receiving.has(relay);
  }

  async #show(wraps: ReadonlyMap<Event, Delivery>): Promise<void> {
    for (const [{ id }, { to, relays }] of wraps) this.#tellRoute('would go', { to, relays }, id);
    await this.#context.stdout.lines([...wraps.keys()].map(stringifyEvent));
  }

  #tellRoutes(wraps: ReadonlyMap<Event, Delivery>): void {
    if (!this.#context.log.isTerminal && this.#context.log.settings.verbosity !== 'verbose') return;
    for (const [{ id }, delivery] of wraps) this.#tellRoute('goes', delivery, id);
  }

  #tellRoute(verb: string, { to, relays }: Delivery, id: string): void {
    const npub = encodeEntity({ type: 'npub', pubkey: to });
    const message = `it ${verb} to ${npub} at ${relays.join(' ')}`;
    this.#context.log.note({ type: 'route', id, to, relays, message });
  }

  #tellNoCopy(): void {
    const { inboxes, signer } = this.#parts;
    const why = inboxes.hasList(signer.publicKey)
      ? 'your list of inboxes (kind 10050) names no relay'
      : 'no list of your inboxes (kind 10050) was found';
    const message = `no copy is kept for you: ${why}. ${setInbox(keyWords(this.#flags))}`;
    this.#context.log.warn({ type: 'warning', message });
  }
}
