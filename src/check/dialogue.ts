// What a case asks of a relay on one connection, and what came. Whether that is right is for the case to tell.
// Authenticates with the case's own keys when the relay asks.
import type { Event } from '../protocol/event.ts';
import type { Filter } from '../protocol/filter.ts';
import { parseReason } from '../protocol/message.ts';
import type { RelaySocket } from '../relay/wire/socket.ts';
import { asEvent } from './expect.ts';
import { Line, type LineOptions, wantsAuth } from './line.ts';
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
export interface DialogueOptions extends LineOptions {
  /** Signs the challenge of the relay for one of the case's keys. */
  authenticate(challenge: string, pubkey: string | undefined): Promise<Event>;
}

/** What the fence asks for: nothing has this id. */
const NO_ID = 'f'.repeat(64);

export class Dialogue extends Line {
  readonly #options: DialogueOptions;

  private constructor(socket: RelaySocket, options: DialogueOptions) {
    super(socket, options);
    this.#options = options;
  }

  /** Connects. Rejects with `ConnectError`. */
  static open(options: DialogueOptions): Promise<Dialogue> {
    return Line.connect(options, socket => new Dialogue(socket, options));
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
    return this.okOf(event.id);
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
      if (!answer.accepted && wantsAuth(answer.message)) answer = await this.publish(event).catch(neverTaken);
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
    if (closed !== undefined) throw new Refusal(`it refused the REQ: ${JSON.stringify(closed)}`);
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
    if (closed !== undefined) throw new Refusal(`it refused the REQ: ${JSON.stringify(closed)}`);
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

  /** Answers the challenge as one of the case's keys: its author when none is named. */
  async authenticate(pubkey?: string): Promise<Answer> {
    const challenge = await this.awaitChallenge(CHALLENGE_MS);
    if (challenge === undefined) return { accepted: false, message: 'the relay sent no challenge' };
    const event = await this.#options.authenticate(challenge, pubkey);
    this.send('AUTH', event);
    return this.okOf(event.id);
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
