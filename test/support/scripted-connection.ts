// One connection of a scripted relay: reads what the client sends, and performs its steps one after the other.
import type { Socket } from 'node:net';
import { setTimeout as elapse } from 'node:timers/promises';
import { forge, makeEvent } from './made-up-events.ts';
import type { FloodOptions, Step } from './scripted-steps.ts';
import {
  acceptKey,
  closePayload,
  encodeFrame,
  FrameReader,
  type HttpRequest,
  httpHead,
  OPCODE,
  type ReceivedFrame,
  upgradeResponse,
} from './websocket-bytes.ts';

/** What one connection saw. HTTP requests for the NIP-11 document are not connections. */
export interface ConnectionRecord {
  readonly request: HttpRequest;
  /** The client's text frames, in order. */
  readonly received: string[];
  readonly binaries: Buffer[];
  readonly pings: number;
  readonly pongs: number;
  /** The code of the client's close frame: 1005 when it had none, undefined when no frame came. */
  readonly closeCode: number | undefined;
  /** The TCP connection is over. */
  readonly closed: boolean;
  /** `interrupted`: the client left before the steps were through. `failed`: a step could not be done at all. */
  readonly state: 'playing' | 'played' | 'interrupted' | 'failed';
  /** The step at which it was interrupted or failed, and why. */
  readonly failure: string | undefined;
}

/** Waits until `holds()`, looking whenever a watcher is called. */
export async function watch(
  watchers: Set<() => void>,
  holds: () => boolean,
  ms: number,
  complaint: () => string,
): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve, reject) => {
    const late = (): void => done(() => reject(new Error(complaint())));
    const timer = ms === Number.POSITIVE_INFINITY ? undefined : setTimeout(late, ms);
    const look = (): void => {
      if (holds()) done(resolve);
    };
    const done = (settle: () => void): void => {
      clearTimeout(timer);
      watchers.delete(look);
      settle();
    };
    watchers.add(look);
  });
}

/** The client left while a step was waiting for it. */
class Interrupted extends Error {}

export class Connection implements ConnectionRecord {
  readonly request: HttpRequest;
  readonly received: string[] = [];
  readonly binaries: Buffer[] = [];
  pings = 0;
  pongs = 0;
  closeCode: number | undefined;
  closed = false;
  state: ConnectionRecord['state'] = 'playing';
  failure: string | undefined;

  readonly #socket: Socket;
  readonly #report: (text?: string) => void;
  readonly #vars: Readonly<Record<string, string>>;
  readonly #captured: Record<string, string> = {};
  readonly #reader = new FrameReader();
  readonly #watchers = new Set<() => void>();
  #expected = 0; // how many of `received` an `expect` has seen
  #fragment: Buffer[] = [];
  #answersPings = true;
  #answersClose = true;

  constructor(
    socket: Socket,
    request: HttpRequest,
    vars: Readonly<Record<string, string>>,
    report: (text?: string) => void,
  ) {
    this.#socket = socket;
    this.request = request;
    this.#vars = vars;
    this.#report = report;
    socket.on('data', chunk => this.read(chunk));
    socket.on('close', () => {
      this.closed = true;
      this.#changed();
    });
  }

  // What comes in

  read(bytes: Buffer): void {
    for (const frame of this.#reader.push(bytes)) this.#take(frame);
  }

  #take({ opcode, fin, payload }: ReceivedFrame): void {
    if (opcode === OPCODE.ping) {
      this.pings++;
      if (this.#answersPings) this.#socket.write(encodeFrame(payload, { opcode: OPCODE.pong }));
    } else if (opcode === OPCODE.pong) this.pongs++;
    else if (opcode === OPCODE.close) {
      this.closeCode = payload.length >= 2 ? payload.readUInt16BE() : 1005;
      if (this.#answersClose) this.#socket.end(encodeFrame(payload, { opcode: OPCODE.close }));
    } else if (!fin) this.#fragment.push(payload);
    else if (opcode === OPCODE.binary) this.binaries.push(payload);
    else {
      const text = Buffer.concat([...this.#fragment, payload]).toString();
      this.#fragment = [];
      this.received.push(text);
      this.#changed(text);
      return;
    }
    this.#changed();
  }

  #changed(text?: string): void {
    for (const watcher of [...this.#watchers]) watcher();
    this.#report(text);
  }

  // What goes out

  async play(steps: Step[]): Promise<void> {
    let current: Step | undefined;
    try {
      if (!steps.some(step => step.do === 'upgrade' || step.do === 'refuse' || step.do === 'hang')) {
        this.#upgrade(false);
      }
      await this.#playAll(steps, step => {
        current = step;
      });
      this.state = 'played';
    } catch (error) {
      this.state = error instanceof Interrupted ? 'interrupted' : 'failed';
      this.failure = `${JSON.stringify(current)?.slice(0, 200)}: ${(error as Error).message}`;
    }
    this.#changed();
  }

  async #playAll(steps: Step[], note: (step: Step) => void): Promise<void> {
    for (const step of steps) {
      note(step);
      if (step.do !== 'repeat') await this.#perform(step);
      else if (step.times === undefined) await this.#playUntilLeft(step.steps, note);
      else for (let turn = 0; turn < step.times; turn++) await this.#playAll(step.steps, note);
    }
  }

  async #playUntilLeft(steps: Step[], note: (step: Step) => void): Promise<void> {
    try {
      for (;;) await this.#playAll(steps, note);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    }
  }

  async #perform(step: Exclude<Step, { do: 'repeat' }>): Promise<void> {
    switch (step.do) {
      case 'expect':
        return this.#expect(step);
      case 'send':
        return this.#write(encodeFrame(this.#bytes(step.text)));
      case 'forged':
        return this.#event(forge(JSON.parse(this.#substitute(step.event)), step.how));
      case 'flood':
        return this.#flood(step.count, step);
      case 'big':
        return this.#event(makeEvent(0, { size: Math.max(0, step.bytes - 400), signed: true }));
      case 'half': {
        const bytes = encodeFrame(this.#bytes(step.text));
        return this.#write(bytes.subarray(0, Math.ceil(bytes.length / 2)));
      }
      case 'fragments':
        return this.#write(fragmentsOf(this.#bytes(step.text), step.pieces));
      case 'drip':
        return this.#drip(encodeFrame(this.#bytes(step.text)), step.every);
      case 'binary':
        return this.#write(encodeFrame(Buffer.from(step.hex, 'hex'), { opcode: OPCODE.binary }));
      case 'invalid-utf8':
        return this.#write(encodeFrame(Buffer.from([0x5b, 0x22, 0xc3, 0x28, 0x22, 0x5d])));
      case 'frame':
        return this.#write(encodeFrame(this.#bytes(step.text), step));
      case 'raw':
        return this.#write(Buffer.from(step.hex, 'hex'));
      case 'ping':
        return this.#ping(step.wait);
      case 'delay':
        return elapse(step.ms, undefined, { ref: false });
      case 'close':
        await this.#write(encodeFrame(closePayload(step.code, step.reason), { opcode: OPCODE.close }));
        if (!step.keepOpen) this.#socket.end();
        return;
      case 'end':
        this.#socket.end();
        return;
      case 'reset':
        this.#socket.resetAndDestroy();
        return;
      case 'upgrade':
        return this.#upgrade(step.bad);
      case 'refuse':
        return this.#refuse(step);
      case 'hang':
        return;
      case 'no-pong':
        this.#answersPings = false;
        return;
      case 'ignore-close':
        this.#answersClose = false;
        return;
      case 'stop-reading':
        this.#socket.pause();
        return;
      case 'start-reading':
        this.#socket.resume();
        return;
      case 'wait-close':
        return this.#until(() => this.closeCode !== undefined || this.closed);
    }
  }

  async #expect({ verb, match, as }: { verb: string; match?: string; as?: string }): Promise<void> {
    const pattern = match === undefined ? undefined : new RegExp(this.#substitute(match));
    let found: unknown[] | undefined;
    await this.#until(() => {
      while (!found && this.#expected < this.received.length) {
        const text = this.received[this.#expected++]!;
        const frame = parseFrame(text);
        if ((verb === '*' || frame[0] === verb) && (pattern?.test(text) ?? true)) found = frame;
      }
      return found !== undefined;
    });
    const captures = capturesOf(found!);
    for (const [name, value] of Object.entries(captures)) {
      this.#captured[name] = value;
      if (as !== undefined) this.#captured[`${as}.${name}`] = value;
    }
  }

  async #until(holds: () => boolean): Promise<void> {
    await watch(this.#watchers, () => holds() || this.closed, Number.POSITIVE_INFINITY, String);
    if (!holds()) throw new Interrupted('the client left');
  }

  async #write(bytes: Buffer): Promise<void> {
    if (!this.#socket.writable) throw new Interrupted('the client left');
    if (this.#socket.write(bytes)) return;
    let drained = false;
    const onDrain = (): void => {
      drained = true;
      this.#changed();
    };
    this.#socket.once('drain', onDrain);
    await this.#until(() => drained);
  }

  async #event(event: unknown): Promise<void> {
    const sub = this.#substitute('$sub');
    await this.#write(encodeFrame(Buffer.from(`["EVENT","${sub}",${JSON.stringify(event)}]`)));
  }

  async #flood(count: number, options: FloodOptions): Promise<void> {
    const sub = this.#substitute('$sub');
    for (let start = 0; start < count; start += 100) {
      const frames: Buffer[] = [];
      for (let index = start; index < Math.min(start + 100, count); index++) {
        frames.push(
          encodeFrame(Buffer.from(`["EVENT","${sub}",${JSON.stringify(makeEvent(index, options))}]`)),
        );
      }
      await this.#write(Buffer.concat(frames));
    }
  }

  async #drip(bytes: Buffer, every: number): Promise<void> {
    for (const byte of bytes) {
      await this.#write(Buffer.from([byte]));
      await elapse(every, undefined, { ref: false });
    }
  }

  async #ping(wait: boolean): Promise<void> {
    const before = this.pongs;
    await this.#write(encodeFrame(Buffer.from('ping'), { opcode: OPCODE.ping }));
    if (wait) await this.#until(() => this.pongs > before);
  }

  /** The frames that follow at once leave in the same segment: a client must not lose what comes so early. */
  #upgrade(bad: boolean): void {
    const key = bad ? 'not the key' : (this.request.headers['sec-websocket-key'] ?? '');
    this.#socket.cork();
    setImmediate(() => this.#socket.uncork());
    this.#socket.write(upgradeResponse(acceptKey(key)));
  }

  #refuse({
    status,
    headers,
    body,
  }: {
    status: number;
    headers: Record<string, string>;
    body: string;
  }): void {
    const head = httpHead(`${status} No`, {
      'Content-Length': String(Buffer.byteLength(body)),
      Connection: 'close',
      ...headers,
    });
    this.#socket.end(head + body);
  }

  #bytes(text: string): Buffer {
    return Buffer.from(this.#substitute(text));
  }

  /** `$name`: what an `expect` captured, else a variable of the test; `$$` is a dollar sign. */
  #substitute(text: string): string {
    return text.replace(/\$(\$|[A-Za-z_]\w*(?:\.\w+)?)/g, (_, name: string) => {
      const value = name === '$' ? '$' : (this.#captured[name] ?? this.#vars[name]);
      if (value === undefined) throw new Error(`$${name} has no value`);
      return value;
    });
  }
}

function parseFrame(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** What a client's frame teaches: `sub` and `filter` of a REQ, `id` and `event` of an EVENT or AUTH. */
function capturesOf([, second, third]: unknown[]): Record<string, string> {
  const captures: Record<string, string> = {};
  if (typeof second === 'string') captures['sub'] = JSON.stringify(second).slice(1, -1);
  if (third !== undefined) captures['filter'] = JSON.stringify(third);
  if (typeof second === 'object' && second !== null) {
    captures['event'] = JSON.stringify(second);
    captures['id'] = String((second as { id?: unknown }).id);
  }
  return captures;
}

function fragmentsOf(bytes: Buffer, pieces: number): Buffer {
  const size = Math.ceil(bytes.length / pieces);
  const frames = Array.from({ length: pieces }, (_, index) =>
    encodeFrame(bytes.subarray(index * size, (index + 1) * size), {
      opcode: index === 0 ? OPCODE.text : OPCODE.continuation,
      fin: index === pieces - 1,
    }),
  );
  return Buffer.concat(frames);
}
