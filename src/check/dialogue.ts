// One connection of a case: what is sent on it, and what is waited for. Says what came; whether that is right is for
// the case to tell. Authenticates with the case's own keys when the relay asks.
import type { Event } from '../protocol/event.ts';
import type { Filter } from '../protocol/filter.ts';
import { parseReason } from '../protocol/message.ts';
import { RelaySocket, type SocketOptions } from '../relay/wire/socket.ts';
import { asEvent } from './expect.ts';
import { Mailbox, type Pick } from './mailbox.ts';
import type { Transcript } from './transcript.ts';
import { NoAnswer, Refusal, Wrong } from './verdict.ts';

/** What an OK says. */
export interface Answer {
  accepted: boolean;
  message: string;
}

/** What a REQ brought before it ended. */
export interface Reading {
  /** As they came, in their order; nothing is checked. */
  events: Event[];
  /** The words of a CLOSED; undefined after an EOSE. */
  closed: string | undefined;
}

/** What a dialogue is told by whoever opens it. */
export interface DialogueOptions {
  readonly url: string;
  readonly socket: SocketOptions;
  /** How long the relay may be silent, in milliseconds. */
  readonly patience: number;
  readonly transcript: Transcript;
  /** Its number in the transcript. */
  readonly number: number;
  /** Signs the challenge of the relay for one of the case's keys. */
  authenticate(challenge: string, pubkey: string | undefined): Promise<Event>;
  /** Told of each event that the relay took. */
  taken(event: Event): void;
}

/** What the fence asks for: nothing has this id. */
const NO_ID = 'f'.repeat(64);

export class Dialogue {
  readonly #options: DialogueOptions;
  readonly #socket: RelaySocket;
  readonly #mail = new Mailbox();
  #subs = 0;
  #challenge: string | undefined;
  #unansweredDemand: string | undefined;
  #pongs = 0;
  #onPong: (() => void) | undefined;

  private constructor(socket: RelaySocket, options: DialogueOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** Connects. Rejects with `ConnectError`. */
  static async open(options: DialogueOptions): Promise<Dialogue> {
    let dialogue: Dialogue | undefined;
    await RelaySocket.open(options.url, options.socket, socket => {
      const opened = new Dialogue(socket, options);
      dialogue = opened;
      return {
        texts: (bytes, ranges) => opened.#receive(bytes, ranges),
        binary: bytes => opened.#note('←', `a binary frame of ${bytes} bytes`),
        closed: reason => opened.#ended(reason),
        pong: () => opened.#ponged(),
      };
    });
    return dialogue!;
  }

  /** Why nothing comes any more; undefined while the connection is open. */
  get lost(): string | undefined {
    return this.#mail.lost;
  }

  /** A refusal that AUTH may change, and that came while there was no challenge to answer. */
  get unansweredDemand(): string | undefined {
    return this.#unansweredDemand;
  }

  /** The challenge that came last (NIP-42). */
  get challenge(): string | undefined {
    return this.#challenge;
  }

  /** A subscription id that this connection has not used. */
  newSubId(): string {
    return `check${this.#options.number}-${++this.#subs}`;
  }

  send(...frame: unknown[]): void {
    this.sendText(JSON.stringify(frame));
  }

  /** Sends a text frame as it is. */
  sendText(text: string): void {
    this.#mail.sending();
    this.#note('→', text);
    this.#socket.send(text);
  }

  /** Sends a frame of bytes. */
  sendBinary(text: string): void {
    this.#mail.sending();
    this.#note('→', `a binary frame: ${text}`);
    this.#socket.sendPart(text, { binary: true, fin: true });
  }

  /** Sends one text message in several WebSocket frames. */
  sendFragments(parts: readonly string[]): void {
    this.#mail.sending();
    this.#note('→', `in ${parts.length} fragments: ${parts.join('')}`);
    for (const [i, part] of parts.entries())
      this.#socket.sendPart(part, { binary: false, fin: i === parts.length - 1 });
  }

  /** Sends a ping and waits for its pong. */
  async ping(): Promise<void> {
    const before = this.#pongs;
    this.#note('→', 'a ping');
    this.#socket.ping();
    const { patience } = this.#options;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new NoAnswer(`no pong: nothing came for ${patience} ms`)),
        patience,
      );
      this.#onPong = () => {
        if (this.#pongs === before) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The first frame that `pick` wants, unread or yet to come. Rejects with `NoAnswer`. */
  next<T>(awaited: string, pick: Pick<T>, ms = this.#options.patience): Promise<T> {
    return this.#mail.take(awaited, pick, ms);
  }

  /** The unread frames that `pick` wants. */
  unread<T>(pick: Pick<T>): T[] {
    return this.#mail.takeAll(pick);
  }

  /** Sends an EVENT and waits for its OK; authenticates once as its author when that is asked for. */
  async publish(event: Event, text = JSON.stringify(event)): Promise<Answer> {
    const answer = await this.publishOnce(event, text);
    if (answer.accepted || !wantsAuth(answer.message)) return answer;
    if (!(await this.authenticate(event.pubkey)).accepted) return answer;
    return this.publishOnce(event, text);
  }

  /** The same without AUTH. `text`: how the event is written. */
  async publishOnce(event: Event, text = JSON.stringify(event)): Promise<Answer> {
    this.sendText(`["EVENT",${text}]`);
    const answer = await this.okOf(event.id);
    if (answer.accepted) this.#options.taken(event);
    return answer;
  }

  /** Waits for the OK about an id. */
  okOf(id: string): Promise<Answer> {
    return this.next(`OK for ${id.slice(0, 8)}…`, ([type, about, accepted, message]) =>
      type === 'OK' && about === id
        ? { accepted: accepted === true, message: typeof message === 'string' ? message : '' }
        : undefined,
    );
  }

  /** Publishes what the case needs to be there, all at once. Rejects with `Refusal` when the relay does not take it. */
  async plant(...events: readonly Event[]): Promise<void> {
    for (const event of events) this.send('EVENT', event);
    for (const event of events) {
      let answer = await this.okOf(event.id).catch(neverTaken);
      if (answer.accepted) this.#options.taken(event);
      else if (wantsAuth(answer.message)) answer = await this.publish(event).catch(neverTaken);
      const { accepted, message } = answer;
      if (!accepted)
        throw new Refusal(`it refused an event of kind ${event.kind}: ${JSON.stringify(message)}`);
    }
  }

  /** Publishes what a relay may well refuse. Rejects with `Refusal` when it does so for a reason that says nothing of the event. */
  async offer(event: Event): Promise<Answer> {
    const answer = await this.publish(event).catch(neverTaken);
    const { prefix = '' } = parseReason(answer.message);
    if (!answer.accepted && POLICIES.includes(prefix))
      throw new Refusal(`it refused an event: ${answer.message}`);
    return answer;
  }

  /** Sends a REQ, waits for EOSE or CLOSED, and closes it; authenticates once when that is asked for. */
  async read(filters: readonly Filter[], subId = this.newSubId()): Promise<Reading> {
    const reading = await this.subscribe(filters, subId);
    if (reading.closed === undefined) this.send('CLOSE', subId);
    return reading;
  }

  /** The same, and it stays open after EOSE. */
  async subscribe(filters: readonly Filter[], subId: string): Promise<Reading> {
    const reading = await this.subscribeOnce(filters, subId);
    if (reading.closed === undefined || !wantsAuth(reading.closed)) return reading;
    if (!(await this.authenticate()).accepted) return reading;
    return this.subscribeOnce(filters, subId);
  }

  /** The same without AUTH. */
  async subscribeOnce(filters: readonly unknown[], subId: string): Promise<Reading> {
    this.send('REQ', subId, ...filters);
    return this.endOf(subId);
  }

  /** Opens a subscription that stays open, and returns its id after EOSE. Rejects with `Refusal` when it was closed. */
  async watch(filter: Filter, subId = this.newSubId()): Promise<string> {
    const { closed } = await this.subscribe([filter], subId);
    if (closed !== undefined) throw new Refusal(`it closed the REQ: ${JSON.stringify(closed)}`);
    return subId;
  }

  /** Asks something common. Throws `Wrong` when the relay no longer answers after `what` it got. */
  async stillAnswers(what: string): Promise<void> {
    await this.read([{ ids: [NO_ID], limit: 1 }]).catch((error: unknown) => {
      throw error instanceof NoAnswer ? new Wrong(`after ${what} ${error.message}`) : error;
    });
  }

  /** What comes for a subscription until its EOSE or CLOSED. */
  async endOf(subId: string): Promise<Reading> {
    const events: Event[] = [];
    for (;;) {
      const [type, , what] = await this.next(`EOSE for ${JSON.stringify(subId)}`, parts =>
        ENDINGS.includes(parts[0] as string) && parts[1] === subId ? parts : undefined,
      );
      if (type === 'EVENT') events.push(asEvent(what));
      else return { events, closed: type === 'CLOSED' ? String(what) : undefined };
    }
  }

  /** The same; a NOTICE in the place of an answer closes it too. */
  async attempt(filters: readonly Filter[]): Promise<Reading> {
    return this.read(filters).catch((error: unknown) => {
      if (!(error instanceof NoAnswer) || error.notice === undefined) throw error;
      return { events: [], closed: `NOTICE ${error.notice}` };
    });
  }

  /** The stored events that match. Rejects with `Refusal` when the REQ was closed. */
  async stored(...filters: readonly Filter[]): Promise<Event[]> {
    const { events, closed } = await this.attempt(filters);
    if (closed !== undefined) throw new Refusal(`it closed the REQ: ${JSON.stringify(closed)}`);
    return events;
  }

  /** The next live event of a subscription. */
  live(subId: string, what = 'live event'): Promise<Event> {
    return this.next(`${what} for ${JSON.stringify(subId)}`, ([type, sub, event]) =>
      type === 'EVENT' && sub === subId ? asEvent(event) : undefined,
    );
  }

  /** Waits until each of these came for a subscription; what else comes for it is for another case to judge. */
  async hears(subId: string, ...events: readonly Event[]): Promise<void> {
    for (const { id } of events)
      await this.next(`new event ${id.slice(0, 8)}… for ${JSON.stringify(subId)}`, ([type, sub, event]) =>
        type === 'EVENT' && sub === subId && asEvent(event).id === id ? id : undefined,
      );
  }

  /** Live events of a subscription that have come by now: the relay has answered two questions asked after them. */
  async liveSoFar(subId: string): Promise<Event[]> {
    for (let i = 0; i < 2; i++) await this.read([{ ids: [NO_ID], limit: 1 }]);
    return this.unread(([type, sub, event]) =>
      type === 'EVENT' && sub === subId ? asEvent(event) : undefined,
    );
  }

  /** Waits for a challenge, for `ms` at most; undefined when none came. */
  async awaitChallenge(ms: number): Promise<string | undefined> {
    if (this.#challenge !== undefined) return this.#challenge;
    const pick: Pick<string> = ([type, text]) =>
      type === 'AUTH' && typeof text === 'string' ? text : undefined;
    return this.next('AUTH', pick, ms).catch((error: unknown) => {
      if (error instanceof NoAnswer) return undefined;
      throw error;
    });
  }

  /** Answers the challenge as one of the case's keys: its author when none is named. */
  async authenticate(pubkey?: string): Promise<Answer> {
    const challenge = await this.awaitChallenge(CHALLENGE_MS);
    if (challenge === undefined) return { accepted: false, message: 'the relay sent no challenge' };
    const event = await this.#options.authenticate(challenge, pubkey);
    this.send('AUTH', event);
    return this.okOf(event.id);
  }

  /** Resolves when the socket is gone. */
  async close(): Promise<void> {
    await this.#socket.close();
  }

  #receive(bytes: Buffer, ranges: readonly number[]): void {
    for (let i = 0; i < ranges.length; i += 2) {
      const text = bytes.toString('utf8', ranges[i], ranges[i + 1]);
      this.#note('←', text);
      this.#noteChallenge(text);
      if (!this.#mail.put(text)) this.#socket.lose('it sent too much that nobody had asked for');
    }
  }

  #noteChallenge(text: string): void {
    if (!/^\s*\[\s*"(AUTH|CLOSED|OK)"/.test(text)) return;
    try {
      const [type, challenge, ...rest] = JSON.parse(text);
      if (type === 'AUTH' && typeof challenge === 'string') this.#challenge = challenge;
      else if (this.#challenge === undefined && wantsAuth(String(rest.at(-1))))
        this.#unansweredDemand ??= text;
    } catch {} // a frame that is no JSON is told of elsewhere
  }

  #ponged(): void {
    this.#pongs++;
    this.#note('←', 'a pong');
    this.#onPong?.();
  }

  #ended(reason: string): void {
    this.#note('·', reason);
    this.#mail.end(reason);
  }

  #note(arrow: '→' | '←' | '·', text: string): void {
    this.#options.transcript.note(this.#options.number, arrow, text);
  }
}

/** That an EVENT gets an OK is the matter of another case. */
function neverTaken(error: unknown): never {
  throw error instanceof NoAnswer ? new Refusal(error.message) : error;
}

const POLICIES = ['rate-limited', 'auth-required', 'pow'];

const ENDINGS = ['EVENT', 'EOSE', 'CLOSED'];

/** Relays send the challenge right beside the refusal that asks for it. */
const CHALLENGE_MS = 1000;

/** Whether AUTH may change a refusal; some relays say `restricted:` before they have seen a key. */
export function wantsAuth(message: string): boolean {
  const { prefix } = parseReason(message);
  return prefix === 'auth-required' || prefix === 'restricted';
}
