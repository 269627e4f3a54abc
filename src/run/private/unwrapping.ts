// Opens gift wraps for a command (NIP-59). Each is believed only after every check; one that is refused is told with its
// reason, and never stops the others.
import type { Readable } from 'node:stream';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { EventItem } from '../../input/event-values.ts';
import { type Event, InvalidEvent } from '../../protocol/event.ts';
import { isHex32 } from '../../protocol/hex.ts';
import {
  InvalidWrap,
  openGift,
  type Rumor,
  recipientOf,
  stringifyRumor,
  type WrapLayer,
} from '../../protocol/nip59.ts';
import { ParsedEvent, parseStreamEvent } from '../../protocol/parsed-event.ts';
import type { Signer } from '../../signer/signer.ts';
import type { Verifier } from '../../verify/verifier.ts';
import { type BadLines, readItems } from '../events/event-input.ts';
import type { CommandKey } from '../signing.ts';

/** One line of --results. */
interface Result {
  line: number;
  /** Of the wrap. */
  id: string | null;
  valid: boolean;
  layer?: 'json' | 'format' | WrapLayer;
  reason?: string;
  rumor?: Rumor;
}

/** How many are opened at once: signatures are checked on other threads meanwhile. */
const AT_ONCE = 32;

export interface UnwrapParts {
  context: Context;
  key: CommandKey;
  verifier: Verifier;
  badLines: BadLines;
  /** Print a result for each wrap instead of the rumors. */
  results: boolean;
}

export class Unwrapping {
  readonly #parts: UnwrapParts;
  #wraps = 0;
  #refused = 0;

  constructor(parts: UnwrapParts) {
    this.#parts = parts;
  }

  /** Opens everything, in order; ends when nobody wants more. Throws the failure that it amounts to. */
  async all(input: Readable, name: string): Promise<void> {
    const { badLines } = this.#parts;
    try {
      for await (const items of readItems(input, name)) {
        for (let at = 0; at < items.length; at += AT_ONCE) {
          const results = await this.#openAll(items.slice(at, at + AT_ONCE));
          if (!(await this.#tell(results))) return;
        }
      }
    } catch (error) {
      throw badLines.over(error);
    }
    if (badLines.failure) throw badLines.failure;
    if (this.#refused > 0) {
      const message = `${this.#refused} of ${this.#wraps} gift wraps were refused`;
      throw new Failure('refused', message, { code: 'invalid_wraps' });
    }
  }

  async #openAll(items: readonly EventItem[]): Promise<Result[]> {
    const signer = await this.#parts.key.signer();
    return Promise.all(items.map(item => this.#open(item, signer)));
  }

  async #open(item: EventItem, signer: Signer): Promise<Result> {
    const { line } = item;
    if ('problem' in item) return { line, id: null, valid: false, layer: 'json', reason: item.problem };
    const value = 'event' in item ? item.event : item.value;
    const claimed = (value as { id?: unknown }).id;
    const result = { line, id: isHex32(claimed) ? claimed : null };
    try {
      const wrap = parseStreamEvent(value).toEvent();
      const { rumor } = await this.#gift(wrap, signer);
      return { ...result, valid: true, rumor };
    } catch (error) {
      return { ...result, valid: false, ...faultOf(error) };
    }
  }

  async #gift(wrap: Event, signer: Signer): Promise<{ rumor: Rumor }> {
    try {
      return await openGift(wrap, signer, event => this.#check(event));
    } catch (error) {
      const reader = recipientOf(wrap);
      const isForOther = reader !== undefined && reader !== signer.publicKey;
      if (!(error instanceof InvalidWrap) || !error.isUnreadable || !isForOther) throw error;
      throw new InvalidWrap('wrap', `it is for ${reader}, not for ${signer.publicKey}`);
    }
  }

  async #check(event: Event): Promise<'id' | 'signature' | undefined> {
    const [verdict] = await this.#parts.verifier.verify([new ParsedEvent(event)]);
    return verdict === 'valid' ? undefined : verdict;
  }

  /** False when nobody wants more. */
  async #tell(results: readonly Result[]): Promise<boolean> {
    const { stdout, signal } = this.#parts.context;
    let lines: string[] = [];
    for (const result of results) {
      const line = this.#lineOf(result);
      if (line !== undefined) lines.push(line);
      if (result.layer === 'json') {
        await stdout.lines(lines); // the report may end the reading
        lines = [];
      }
      const room = this.#count(result);
      if (room) await room;
    }
    await stdout.lines(lines);
    return !signal.aborted && !stdout.readerGone.aborted;
  }

  #lineOf(result: Result): string | undefined {
    if (this.#parts.results) return JSON.stringify(result);
    return result.rumor && stringifyRumor(result.rumor);
  }

  /** Counts a result; what is wrong goes to stderr, when that has room, unless it is in a line on stdout. */
  #count(result: Result): Promise<void> | undefined {
    const { badLines, context, results } = this.#parts;
    this.#wraps++;
    if (result.layer === 'json') return badLines.report(result.line, result.reason!);
    if (result.valid) return undefined;
    this.#refused++;
    if (results) return undefined;
    const message = `line ${result.line}: ${result.layer}: ${result.reason}`;
    context.log.warn({ ...result, type: 'invalid', message });
    return context.room();
  }
}

/** The layer and the reason of what a wrap has against it. Throws any other error again. */
function faultOf(error: unknown): { layer: 'format' | WrapLayer; reason: string } {
  if (error instanceof InvalidWrap) return { layer: error.layer, reason: error.reason };
  if (error instanceof InvalidEvent) return { layer: 'format', reason: error.message };
  throw error;
}
