// Texts that are encrypted or decrypted for a command: all of stdin as one, or with --jsonl each of its lines. A line
// that cannot be converted is reported and skipped. No message quotes a text, for it is private.
import type { Readable } from 'node:stream';
import type { Context } from '../../context.ts';
import { encodingFault } from '../../encoding.ts';
import { Failure, UsageError } from '../../errors.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import type { LookupFlags } from '../../flags/network-flags.ts';
import { keyOf, type Person } from '../../flags/people.ts';
import type { Line } from '../../input/lines.ts';
import { InvalidPayload } from '../../protocol/nip44.ts';
import type { Signer } from '../../signer/signer.ts';
import { untilEnd } from '../command-end.ts';
import { BadLines, openInput, readChunks, readInputLines } from '../events/event-input.ts';
import { inputOf } from '../lookup/names.ts';
import { CommandKey } from '../signing.ts';

/** The longest text that is encrypted, in bytes. */
export const MAX_TEXT_BYTES = 16 * 1024 * 1024;

/** Room for the payload of the longest text: nonce, MAC, length and white space, all in base64. */
export const MAX_PAYLOAD_BYTES = 4 * Math.ceil((MAX_TEXT_BYTES + 1024) / 3);

export interface TextFlags extends KeyFlags, LookupFlags {
  jsonl?: boolean | undefined;
  failEarly?: boolean | undefined;
}

/** What a command does with a text. */
export interface Conversion {
  /** What it reads, for messages: `the text`. */
  noun: string;
  maxBytes: number;
  /** Who encrypted it, or for whom it is. */
  peer: Person;
  convert(signer: Signer, peer: string, text: string): Promise<string>;
  /** The text that a line of --jsonl stands for. Throws `Error` that does not quote it. */
  parseLine(line: string): string;
  /** What is made of it, as it stands in a line. */
  toLine(text: string): string;
  /** Prints what is made of the whole of stdin. */
  print(stdout: Context['stdout'], text: string): Promise<void> | void;
  /** A line that does it right. */
  example: string;
}

/** Converts what stdin holds. Throws `UsageError`, `SignerError`, `IoError`, and a refusal for what does not decrypt. */
export async function convertTexts(
  context: Context,
  args: readonly string[],
  flags: TextFlags,
  conversion: Conversion,
): Promise<void> {
  const { deadline, stdout } = context;
  refuseArguments(args, conversion);
  const { signal } = deadline;
  const key = await CommandKey.open(flags, context, true, signal);
  const missing = `nothing to read: give ${conversion.noun} on stdin, or - to type it`;
  const input = openInput(context, args.length > 0, missing);
  const stop = () => input.destroy();
  for (const end of [signal, stdout.readerGone]) end.addEventListener('abort', stop);
  const isOver = () => context.signal.aborted || stdout.readerGone.aborted;
  await untilEnd(deadline, `before ${conversion.noun} was read and converted`, async end => {
    try {
      const peer = await keyOf(conversion.peer, inputOf(context, signal, flags));
      const parts = { key, peer, conversion };
      if (flags.jsonl) await new LineConversion(context, parts, flags).all(input);
      else await convertWhole(context, parts, input);
      (await end.flush(stdout))();
      end.check(`before ${conversion.noun} was read and converted`);
    } catch (error) {
      if (!isOver()) throw error;
    } finally {
      stop();
      await key.close();
    }
  });
}

/** What is needed for each text. */
interface Parts {
  key: CommandKey;
  /** The public key of whom it is from or for. */
  peer: string;
  conversion: Conversion;
}

function refuseArguments(args: readonly string[], { noun, example }: Conversion): void {
  if (args.every(word => word === '-')) return;
  throw new UsageError(`${noun} is read from stdin, not from the command line, where others can read it`, {
    code: 'bad_arguments',
    hint: example,
  });
}

async function convertWhole(
  context: Context,
  { key, peer, conversion }: Parts,
  input: Readable,
): Promise<void> {
  const signer = await key.signer(); // before a long text is typed
  const text = await readWhole(input, conversion);
  if (context.deadline.signal.aborted) return;
  try {
    await conversion.print(context.stdout, await conversion.convert(signer, peer, text));
  } catch (error) {
    throw error instanceof InvalidPayload ? failureOf(error, text) : error;
  }
}

/** All of an input as text. Throws `UsageError` for one that is too long or not UTF-8. */
export async function readWhole(
  input: Readable,
  { noun, maxBytes }: Pick<Conversion, 'noun' | 'maxBytes'>,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of readChunks(input, 'stdin')) {
    size += chunk.length;
    if (size > maxBytes)
      throw new UsageError(`${noun} is longer than ${maxBytes} bytes`, { code: 'bad_content' });
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const fault = encodingFault(bytes);
  if (fault !== undefined) throw new UsageError(`${noun} is ${fault}`, { code: 'bad_content' });
  return bytes.toString('utf8');
}

const CODES = { key: 'bad_value', text: 'bad_content', format: 'bad_payload' } as const;

function failureOf({ fault, message }: InvalidPayload, text = ''): Failure {
  if (fault === 'content') return new Failure('refused', message, { code: 'not_decrypted' });
  return new UsageError(message, {
    code: CODES[fault],
    hint: fault === 'format' ? hintFor(text) : undefined,
  });
}

/** What to give where the text is no payload. */
function hintFor(text: string): string {
  const [word, ...more] = text.trim().split(/\s+/, 2);
  if (word?.startsWith('{'))
    return 'That is JSON. The payload of an event is its content: jq -r .content FILE | nost decrypt --from WHO';
  if (more.length > 0 && text.trim().includes('\n'))
    return 'Several payloads, one in each line, take --jsonl.';
  return 'A payload is one word of base64, as nost encrypt prints it; in an event it is the content.';
}

class LineConversion {
  readonly #context: Context;
  readonly #parts: Parts;
  readonly #badLines: BadLines;
  #refused = 0;

  constructor(context: Context, parts: Parts, { failEarly = false }: TextFlags) {
    this.#context = context;
    this.#parts = parts;
    this.#badLines = new BadLines('stdin', context, failEarly);
  }

  async all(input: Readable): Promise<void> {
    const { stdout, deadline } = this.#context;
    try {
      for await (const lines of readInputLines(input, 'stdin')) {
        await this.#print(lines);
        if (deadline.signal.aborted || stdout.readerGone.aborted) return;
      }
    } catch (error) {
      throw this.#badLines.over(error);
    }
    this.#conclude();
  }

  /** One write for many lines; also for what stands before a line that ends the reading. */
  async #print(lines: readonly Line[]): Promise<void> {
    const converted: string[] = [];
    try {
      for (const line of lines) {
        const text = await this.#convert(line);
        if (text !== undefined) converted.push(text);
      }
    } finally {
      await this.#context.stdout.lines(converted);
    }
  }

  /** Undefined for a line that holds nothing, and for one that has been reported. */
  async #convert({ number, text, problem }: Line): Promise<string | undefined> {
    if (text.trim() === '' && problem === undefined) return undefined;
    const { key, peer, conversion } = this.#parts;
    const signer = await key.signer();
    try {
      if (problem !== undefined) throw new InvalidLine(problem);
      const { parseLine, convert, toLine } = conversion;
      return toLine(await convert(signer, peer, parseLine(text.trim())));
    } catch (error) {
      await this.#report(number, error);
      return undefined;
    }
  }

  /** Resolves when stderr has room for more. */
  #report(line: number, error: unknown): Promise<void> | undefined {
    if (error instanceof InvalidLine) return this.#badLines.report(line, error.message);
    if (!(error instanceof InvalidPayload)) throw error;
    if (error.fault === 'key') throw failureOf(error);
    if (error.fault !== 'content') return this.#badLines.report(line, error.message);
    this.#refused++;
    this.#context.log.warn({ type: 'invalid', line, message: `line ${line}: ${error.message}` });
    return this.#context.room();
  }

  #conclude(): void {
    if (this.#badLines.failure) throw this.#badLines.failure;
    if (this.#refused > 0) {
      const lines = this.#refused === 1 ? '1 line was' : `${this.#refused} lines were`;
      throw new Failure('refused', `${lines} not decrypted`, { code: 'not_decrypted' });
    }
  }
}

/** Thrown for a line of --jsonl that stands for no text. */
export class InvalidLine extends Error {
  override name = 'InvalidLine';
}

/** The text of a line that is a JSON string. Throws `InvalidLine`. */
export function parseJsonString(line: string): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new InvalidLine('not JSON: with --jsonl each line is one text as a JSON string');
  }
  if (typeof value !== 'string') throw new InvalidLine('not a JSON string');
  return value;
}
