// One connection of a relay with faults. The session speaks to it as if it were the socket, and tells it what the client
// asks; what the client gets is what the faults make of the answers.
import { type Event, stringifyEvent } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { type ClientMessage, encodeRelayMessage } from '../../protocol/message.ts';
import type { Transport } from '../transport.ts';
import { garbageFrame } from './garbage-frames.ts';
import type { Outgoing } from './held-frames.ts';
import { Outlet, type OutletOptions } from './outlet.ts';
import { Chances, type Question, Questions } from './questions.ts';
import type { Random } from './random.ts';
import type { About } from './scope.ts';

/** What a connection gets from the plan. */
export interface ConnectionOptions extends OutletOptions {
  /** Whether there is no fault at all. */
  isQuiet: () => boolean;
  /** A source of chance for this connection and these words. */
  random: (...words: (string | number)[]) => Random;
  /** Whether challenges come from the seed. */
  hasOwnChallenge: boolean;
  onClose: () => void;
}

/** A stored event waits for at most so many others, of so many characters, when they are sent in another order. */
const MAX_SHUFFLED = 64;
const MAX_SHUFFLED_LENGTH = 256 * 1024;

export class FaultyConnection implements Transport {
  readonly #options: ConnectionOptions;
  readonly #outlet: Outlet;
  readonly #questions = new Questions();
  readonly #chances: Chances;
  #asked = 0;
  #challenges = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#outlet = new Outlet(options);
    this.#chances = new Chances(key => options.random(key));
  }

  /** How many characters wait because of faults. */
  get held(): number {
    return this.#outlet.held;
  }

  get backlog(): number {
    return this.#outlet.backlog;
  }

  get isFull(): boolean {
    return this.#outlet.isFull;
  }

  get inboxRoom(): number {
    return this.#options.transport.inboxRoom;
  }

  queue(difference: number): void {
    this.#options.transport.queue(difference);
  }

  wait(isWaiting: boolean): void {
    this.#options.transport.wait(isWaiting);
  }

  drained(): Promise<void> {
    return this.#outlet.drained();
  }

  pause(): void {
    this.#options.transport.pause();
  }

  resume(): void {
    this.#options.transport.resume();
  }

  /** A challenge for NIP-42 from the seed; undefined when none was named. */
  challenge(): string | undefined {
    if (!this.#options.hasOwnChallenge) return undefined;
    return this.#options.random('challenge', ++this.#challenges).hex(32);
  }

  /** What the client says, before it is answered; returns what is to be answered. */
  hear(message: ClientMessage): ClientMessage {
    switch (message.type) {
      case 'REQ':
        this.#forget(message.subId);
        this.#questions.open(message.subId, this.#newQuestion(message.filters));
        this.#warn({ filters: message.filters });
        return { ...message, filters: message.filters.map(filter => this.#pageOf(filter)) };
      case 'COUNT':
        this.#questions.noteCount(message.subId, message.filters);
        this.#warn({ filters: message.filters });
        return message;
      case 'EVENT':
      case 'AUTH':
        this.#questions.noteEvent(message.event);
        return message;
      case 'CLOSE':
        this.#forget(message.subId);
        return message;
      default:
        return message;
    }
  }

  /** Why a REQ or COUNT is refused; undefined when it is not. */
  refusalToRead(filters: readonly Filter[]): string | undefined {
    return this.#options.find('closed', { filters })?.value;
  }

  /** Why a verified event is refused; undefined when it is not. */
  refusalToPublish(event: Event): string | undefined {
    return this.#options.find('reject', { event })?.value;
  }

  send(text: string): void {
    if (this.#outlet.isOver) return;
    if (text.startsWith('["EVENT"') && this.#options.isQuiet()) return this.#options.transport.send(text);
    const [type, name, event] = JSON.parse(text) as [type: string, name: string, event: Event];
    const frame = (about: About): Outgoing => ({ text, type, about });
    switch (type) {
      case 'EVENT':
        return this.#sendEvent(name, event, frame({ event }));
      case 'EOSE':
        return this.#sendEose(name, text);
      case 'CLOSED':
        return this.#emit(frame(this.#forget(name) ?? this.#questions.takeCount(name)));
      case 'COUNT':
        return this.#emit(frame(this.#questions.takeCount(name)));
      case 'OK':
        return this.#sendOk(frame(this.#questions.aboutEvent(name)));
      default:
        return this.#outlet.send(frame(undefined));
    }
  }

  /** There are no faults any more: sends all that waits. */
  release(): void {
    for (const question of this.#questions.all()) this.#unshuffle(question, 0);
    this.#outlet.release();
  }

  /** The relay ends: sends all that waits, and waits no more. */
  stopWaiting(): void {
    this.#outlet.stopWaiting();
  }

  /** It holds back too much, and ends. */
  overflow(): void {
    this.#outlet.overflow();
  }

  /** The client is gone. */
  close(): void {
    this.#outlet.close();
    this.#options.onClose();
  }

  #newQuestion(filters: readonly Filter[]): Question {
    const number = ++this.#asked;
    return {
      filters,
      chances: new Chances(key => this.#options.random(key, number)),
      isStored: true,
      lane: this.#outlet.newLane(),
      shuffled: [],
    };
  }

  /** The subscription ends, and what waits for it is not sent. Returns what it was about. */
  #forget(subId: string): About {
    const question = this.#questions.close(subId);
    if (question) this.#outlet.dropLane(question.lane);
    return question && { filters: question.filters };
  }

  #warn(about: About): void {
    const notice = this.#options.find('notice', about);
    if (!notice) return;
    const text = encodeRelayMessage({ type: 'NOTICE', message: notice.value });
    this.#outlet.send({ text, type: 'NOTICE', about });
  }

  /** The filter with the limit that the faults make of it. */
  #pageOf({ ...filter }: Filter): Filter {
    const about = { filters: [filter] };
    const cut = this.#options.find('cut', about);
    if (this.#options.find('ignore-limit', about)) delete filter.limit;
    if (cut) filter.limit = Math.min(filter.limit ?? cut.value, cut.value);
    return filter;
  }

  #sendEvent(subId: string, event: Event, frame: Outgoing): void {
    const question = this.#questions.get(subId);
    const { chances } = question ?? { chances: this.#chances };
    const forged = this.#options.find('bad-sig', frame.about);
    if (forged && chances.for(forged.key).happens(forged.value)) {
      const json = stringifyEvent({ ...event, sig: alteredHex(event.sig, chances.for(forged.key)) });
      frame.text = `["EVENT",${JSON.stringify(subId)},${json}]`;
      this.#options.log(`bad-sig ${event.id.slice(0, 8)}`);
    }
    const twice = this.#options.find('dup', frame.about);
    const isTwice = twice !== undefined && chances.for(twice.key).happens(twice.value);
    if (isTwice) this.#options.log(`dup ${event.id.slice(0, 8)}`);
    for (const each of isTwice ? [frame, { ...frame }] : [frame]) this.#shuffle(each, question);
  }

  #shuffle(frame: Outgoing, question: Question | undefined): void {
    if (!question?.isStored || !this.#options.find('reorder', frame.about)) {
      return this.#emit(frame, question);
    }
    question.shuffled.push(frame);
    const length = question.shuffled.reduce((sum, { text }) => sum + text.length, 0);
    this.#unshuffle(question, length > MAX_SHUFFLED_LENGTH ? 0 : MAX_SHUFFLED);
  }

  /** Sends events in any order, until at most so many wait. */
  #unshuffle(question: Question, most: number): void {
    const { shuffled, chances } = question;
    while (shuffled.length > most) {
      const at = chances.for('reorder').below(shuffled.length);
      this.#emit(shuffled.splice(at, 1)[0]!, question);
    }
  }

  #sendEose(subId: string, text: string): void {
    const question = this.#questions.get(subId);
    const about = question && { filters: question.filters };
    if (question) {
      this.#unshuffle(question, 0);
      question.isStored = false;
    }
    if (this.#options.find('no-eose', about)) return this.#options.log('no-eose');
    // A silent cap does not tell of itself in the hint of NIP-67.
    const told = this.#options.find('cut', about) ? encodeEose(subId) : text;
    const delay = this.#options.find('eose-delay', about)?.value;
    this.#emit({ text: told, type: 'EOSE', about }, question, delay);
  }

  #sendOk(frame: Outgoing): void {
    this.#warn(frame.about);
    if (this.#options.find('ok-never', frame.about)) return this.#options.log('ok-never');
    const delay = this.#options.find('ok-delay', frame.about)?.value;
    this.#emit(frame, undefined, delay);
  }

  /** Sends an answer, and garbage before it. */
  #emit(frame: Outgoing, question?: Question, delayMs = 0): void {
    const { about } = frame;
    const lane = question?.lane;
    const garbage = this.#garbageBefore(frame, question?.chances ?? this.#chances);
    if (garbage !== undefined) this.#outlet.send({ text: garbage, type: '', about }, lane, delayMs);
    this.#outlet.send(frame, lane, delayMs);
  }

  #garbageBefore({ text, about }: Outgoing, chances: Chances): string | undefined {
    const fault = this.#options.find('garbage', about);
    if (!fault) return undefined;
    if ('text' in fault.value) return fault.value.text;
    const random = chances.for(fault.key);
    return random.happens(fault.value.chance) ? garbageFrame(text, random) : undefined;
  }
}

function encodeEose(subId: string): string {
  return encodeRelayMessage({ type: 'EOSE', subId, hint: undefined });
}

/** The hex with one digit changed. */
function alteredHex(hex: string, random: Random): string {
  const at = random.below(hex.length);
  const digit = (Number.parseInt(hex[at]!, 16) + 1 + random.below(15)) % 16;
  return hex.slice(0, at) + digit.toString(16) + hex.slice(at + 1);
}
