// The frames that came on one connection and that nobody has read yet, and who waits for which. A frame is read once.
import { NoAnswer } from './verdict.ts';

/** A frame as it was parsed: a JSON array, else undefined. */
export interface Received {
  readonly parts: readonly unknown[] | undefined;
  readonly text: string;
}

/** What is wanted of a frame; undefined when it is another frame that is waited for. */
export type Pick<T> = (parts: readonly unknown[], text: string) => T | undefined;

/** After a NOTICE, how long the real answer may still take, in milliseconds. */
const NOTICE_GRACE_MS = 500;

/** What may lie here unread: many mailboxes are open at a time. */
const MAX_UNREAD_BYTES = 3 * 1024 * 1024;

/** What a frame takes beside its text, in bytes. */
const FRAME_BYTES = 256;

interface Waiting {
  take(frame: Received): boolean;
  notice(text: string): void;
  lost(reason: string): void;
}

export class Mailbox {
  #unread: Received[] = [];
  #bytes = 0;
  #waiting: Waiting | undefined;
  #lost: string | undefined;
  /** The last NOTICE since something was sent. */
  #notice: string | undefined;

  /** Why no frame comes any more. */
  get lost(): string | undefined {
    return this.#lost;
  }

  /** What came before has nothing to do with what is sent now. */
  sending(): void {
    this.#notice = undefined;
  }

  /** A frame came; false when there is no room for it. */
  put(text: string): boolean {
    const frame = { parts: parse(text), text };
    if (this.#waiting?.take(frame)) return true;
    this.#unread.push(frame);
    this.#bytes += bytesOf(text);
    if (frame.parts?.[0] === 'NOTICE') {
      this.#notice = String(frame.parts[1]);
      this.#waiting?.notice(this.#notice);
    }
    return this.#bytes <= MAX_UNREAD_BYTES;
  }

  end(reason: string): void {
    this.#lost ??= reason;
    this.#waiting?.lost(this.#lost);
  }

  /** Takes the unread frames that `pick` wants, in their order; waits for none. */
  takeAll<T>(pick: Pick<T>): T[] {
    const found: T[] = [];
    this.#unread = this.#unread.filter(({ parts, text }) => {
      const wanted = parts && pick(parts, text);
      if (wanted === undefined) return true;
      found.push(wanted);
      this.#bytes -= bytesOf(text);
      return false;
    });
    return found;
  }

  /** The first frame that `pick` wants, read or yet to come. Rejects with `NoAnswer` after `ms`. */
  take<T>(awaited: string, pick: Pick<T>, ms: number): Promise<T> {
    for (const [i, { parts, text }] of this.#unread.entries()) {
      const wanted = parts && pick(parts, text);
      if (wanted === undefined) continue;
      this.#unread.splice(i, 1);
      this.#bytes -= bytesOf(text);
      return Promise.resolve(wanted);
    }
    if (this.#lost !== undefined) return Promise.reject(new NoAnswer(`no ${awaited}: ${this.#lost}`));
    return this.#wait(awaited, pick, ms);
  }

  #wait<T>(awaited: string, pick: Pick<T>, ms: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        clearTimeout(grace);
        this.#waiting = undefined;
      };
      const fail = (why: string, notice?: string) => {
        done();
        reject(new NoAnswer(`no ${awaited}: ${why}`, notice));
      };
      const timer = setTimeout(() => fail(`nothing came for ${ms} ms`), ms);
      let grace: NodeJS.Timeout | undefined;
      const notice = (text: string) => {
        grace ??= setTimeout(() => fail(`NOTICE ${JSON.stringify(text)} instead`, text), NOTICE_GRACE_MS);
      };
      this.#waiting = {
        take: ({ parts, text }) => {
          const wanted = parts && pick(parts, text);
          if (wanted === undefined) return false;
          done();
          resolve(wanted);
          return true;
        },
        notice,
        lost: fail,
      };
      if (this.#notice !== undefined) notice(this.#notice);
    });
  }
}

/** About what it takes to keep a frame: its text, and the same parsed. */
function bytesOf(text: string): number {
  return FRAME_BYTES + 2 * text.length;
}

function parse(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
