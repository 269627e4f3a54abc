// Plays the relay's side of one recorded connection: each frame when the client has said what it answers.
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { Dialogue } from './dialogue.ts';
import type { Order } from './order.ts';
import type { Step } from './recorded-session.ts';

export interface PlayerOptions {
  steps: readonly Step[];
  order: Order;
  /** 1: with the recorded pauses; 2: with half of them; 0: without. */
  speed: number;
  /** Told what the client does otherwise than it was recorded. */
  tell: (line: string) => void;
  /** Told what is worth knowing only to who asks. */
  detail: (line: string) => void;
}

/** Something the relay did. */
type Act = Extract<Step, { what: 'received' | 'binary' | 'closed' }>;

/** Milliseconds after which one goes on without a message of the client that was recorded before. */
const PATIENCE_MS = 2000;

/** How long a client may take to answer a ping: it may be busy, or paused. */
const SETTLE_MS = 500;

/** Frames that came at once are sent at once; more than so many are sent in parts. */
const MOST_AT_ONCE = 500;

/** Bytes of a reason, in a close frame (RFC 6455, section 5.5). */
const MAX_REASON = 123;

export class Player {
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #options: PlayerOptions;
  readonly #dialogue: Dialogue;
  readonly #acts: Act[];
  /** The milliseconds before each line, since the one before it on this connection. */
  readonly #gaps = new Map<number, number>();
  /** Frames whose question has not come, although it was their turn. */
  #postponed: Act[] = [];
  #played = 0;
  #hasLeft = false;
  /** Whether the recorded relay had died without a word: then pings have no answer. */
  #isDead = false;

  constructor(ws: WebSocket, socket: Socket, options: PlayerOptions) {
    this.#ws = ws;
    this.#socket = socket;
    this.#options = options;
    this.#acts = options.steps.filter(isAct);
    this.#dialogue = new Dialogue(
      options.steps.filter(step => step.what === 'sent'),
      line => options.order.heard(line),
    );
    let before = options.steps[0]!.at;
    for (const { line, at } of options.steps) {
      this.#gaps.set(line, Math.max(at - before, 0));
      before = at;
    }
    ws.on('message', (data, isBinary) => this.#hear(isBinary ? undefined : data.toString()));
    ws.on('ping', data => this.#isDead || ws.pong(data));
    ws.on('error', error => options.detail(error.message));
    ws.on('close', () => this.#left());
  }

  /** Resolves when everything was played, or the client has left. Never rejects. */
  async play(): Promise<void> {
    for (let at = 0; at < this.#acts.length && !this.#hasLeft; ) {
      const group = this.#together(at);
      at += group.length;
      await this.#pause(group[0]!);
      await this.#options.order.turn(group[0]!.line);
      if (this.#options.order.moved(this)) await this.#settle();
      for (const act of group) if (!(await this.#ready(act))) this.#postponed.push(act);
      await this.#playAll(group.filter(act => !this.#postponed.includes(act)));
      this.#options.order.done(group.map(({ line }) => line));
      this.#played = at;
    }
    this.#isDead = this.#options.steps.some(step => step.what === 'closed' && isSilence(step));
  }

  /** The frame at this place and those that came with it. */
  #together(at: number): Act[] {
    const first = this.#acts[at]!;
    let end = at + 1;
    while (end < at + MOST_AT_ONCE && this.#acts[end]?.at === first.at && first.what !== 'closed') end++;
    return this.#acts.slice(at, end);
  }

  #hear(text: string | undefined): void {
    if (text === undefined) return this.#options.tell('a binary frame came, which is not in the recording');
    const surprise = this.#dialogue.hear(text);
    if (surprise) this.#options.tell(surprise.told);
    if (surprise?.answer !== undefined) this.#ws.send(surprise.answer);
    const due = this.#postponed.filter(act => this.#isDue(act));
    this.#postponed = this.#postponed.filter(act => !due.includes(act));
    void this.#playAll(due);
  }

  #left(): void {
    this.#hasLeft = true;
    this.#dialogue.wake();
    const { order, detail } = this.#options;
    const next = this.#acts[this.#played];
    if (next) detail(`the client left before line ${next.line} was played`);
    order.done(this.#acts.map(({ line }) => line));
  }

  async #pause({ line }: Act): Promise<void> {
    const { speed } = this.#options;
    const gap = speed > 0 ? (this.#gaps.get(line) ?? 0) / speed : 0;
    if (gap >= 1) await wait(Math.min(gap, LONGEST_PAUSE_MS), undefined, { ref: false });
  }

  /** Resolves when the client has read what came to it before, from whomever: it answers a ping after that. */
  #settle(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, SETTLE_MS);
      this.#ws.once('pong', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#ws.ping();
    });
  }

  /** Waits for what the frame answers; false when that has not come after a while. */
  async #ready(act: Act): Promise<boolean> {
    if (this.#isDue(act)) return true;
    const patience = new AbortController();
    const expired = wait(PATIENCE_MS, false, { signal: patience.signal }).catch(() => false);
    let isWaiting = true;
    while (isWaiting && !this.#hasLeft && !this.#isDue(act))
      isWaiting = await Promise.race([this.#dialogue.progress().then(() => true), expired]);
    patience.abort();
    return isWaiting || act.what !== 'received' || !this.#dialogue.isAnswer(act.line, act.text);
  }

  #isDue(act: Act): boolean {
    if (act.what === 'received') return this.#dialogue.isDue(act.line, act.text);
    return this.#dialogue.isAllSaid(act.line);
  }

  /** Sends frames in one go, and resolves when they are on their way. */
  async #playAll(acts: readonly Act[]): Promise<void> {
    if (acts.length === 0 || this.#hasLeft) return;
    this.#socket.cork();
    const sent = acts.map(act => this.#play(act));
    this.#socket.uncork();
    await Promise.all(sent);
  }

  #play(act: Act): Promise<void> | undefined {
    if (act.what === 'closed') return void this.#close(act);
    const data =
      act.what === 'binary'
        ? Buffer.from(act.base64, 'base64')
        : this.#dialogue.translate(act.line, act.text);
    return new Promise(resolve => this.#ws.send(data, () => resolve()));
  }

  #close(act: Extract<Act, { what: 'closed' }>): void {
    if (act.by === 'nobody') this.#socket.end();
    else if (act.code === 1005) this.#ws.close();
    else if (isSendable(act.code)) this.#ws.close(act.code, cut(act.reason));
    else this.#ws.terminate();
  }
}

/** A timer cannot wait longer. */
const LONGEST_PAUSE_MS = 2 ** 31 - 1;

/** What the client did is no act of the relay. */
function isAct(step: Step): step is Act {
  return (
    step.what === 'received' || step.what === 'binary' || (step.what === 'closed' && step.by !== 'client')
  );
}

/** The client gave up on a relay that did not answer any more. */
function isSilence({ by, code }: Extract<Step, { what: 'closed' }>): boolean {
  return by === 'client' && code === 1006;
}

/** Codes that a close frame may hold (RFC 6455, section 7.4). */
function isSendable(code: number): boolean {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
}

function cut(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > MAX_REASON) text = text.slice(0, -1).toWellFormed();
  return text;
}

/** The lines at which a relay acts on its connections. */
export function actsOf(steps: readonly Step[]): number[] {
  return steps.filter(isAct).map(({ line }) => line);
}
