// The line of a case to the relay: frames sent and received on one connection, each noted as evidence. Knows of Nostr
// only what a challenge is.
import { parseReason } from '../protocol/message.ts';
import { RelaySocket, type SocketOptions } from '../relay/wire/socket.ts';
import { Mailbox, type Pick } from './mailbox.ts';
import type { Transcript } from './transcript.ts';
import { NoAnswer } from './verdict.ts';

/** Where a line leads, and how patient it is. */
export interface LineOptions {
  readonly url: string;
  readonly socket: SocketOptions;
  /** How long the relay may be silent, in milliseconds. */
  readonly patience: number;
  readonly transcript: Transcript;
  /** Its number in the transcript. */
  readonly number: number;
  /** Told of the id of each event that the relay took. */
  taken(id: string): void;
}

/** No case asks for more at once; several lines are open at a time. */
const MAX_FRAME_BYTES = 1024 * 1024;

export class Line {
  readonly #options: LineOptions;
  readonly #socket: RelaySocket;
  readonly #mail = new Mailbox();
  #subs = 0;
  #challenge: string | undefined;
  #unansweredDemand: string | undefined;
  #pongs = 0;
  #onPong: (() => void) | undefined;

  protected constructor(socket: RelaySocket, options: LineOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** Connects; `make` makes the line of a socket. Rejects with `ConnectError`. */
  protected static async connect<L extends Line>(
    { url, socket }: LineOptions,
    make: (socket: RelaySocket) => L,
  ): Promise<L> {
    let line: L | undefined;
    await RelaySocket.open(url, { ...socket, maxFrame: MAX_FRAME_BYTES }, opened => {
      const made = make(opened);
      line = made;
      return {
        texts: (bytes, ranges) => made.#receive(bytes, ranges),
        binary: bytes => made.#note('←', `a binary frame of ${bytes} bytes`),
        closed: reason => made.#ended(reason),
        pong: () => made.#ponged(),
      };
    });
    return line!;
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
      if (type === 'OK' && rest[0] === true) this.#options.taken(String(challenge));
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

/** Whether AUTH may change a refusal; some relays say `restricted:` before they have seen a key. */
export function wantsAuth(message: string): boolean {
  const { prefix } = parseReason(message);
  return prefix === 'auth-required' || prefix === 'restricted';
}
