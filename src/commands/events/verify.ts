// `nost verify`: checks events from a file or stdin; valid ones are printed, or with --results a verdict for each.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { type FlagsOf, flags, on, value } from '../../flags/flag.ts';
import { wholeNumber } from '../../flags/values.ts';
import type { EventItem } from '../../input/event-values.ts';
import { openNamedFile } from '../../input/named-file.ts';
import { InvalidEvent } from '../../protocol/event.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { committedDifficulty, MAX_DIFFICULTY } from '../../protocol/nip13.ts';
import { parseStreamEvent } from '../../protocol/parsed-event.ts';
import { quote } from '../../protocol/quote.ts';
import { linesOf, type StreamEvent } from '../../protocol/stream-event.ts';
import { BadLines, openInput, readItems } from '../../run/events/event-input.ts';
import { refuseOther } from '../../run/events/given-file.ts';
import { openVerifier } from '../../run/verification.ts';
import { readAhead } from '../../verify/read-ahead.ts';
import type { Verdict, Verifier } from '../../verify/verifier.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = flags('Flags', {
  results: on('--results', 'print {"line","id","valid","layer","reason"} for each event'),
  minPow: value(
    '--min-pow <bits>',
    'also require a commitment to this many bits of work (NIP-13)',
    wholeNumber(0, MAX_DIFFICULTY),
  ),
  failEarly: on('--fail-early', 'stop at the first bad line'),
});

type VerifyFlags = FlagsOf<typeof FLAGS>;

/** One line of --results. */
interface Result {
  line: number;
  id: string | null;
  valid: boolean;
  layer?: 'json' | 'format' | 'id' | 'signature' | 'pow';
  reason?: string;
}

/** An item, what is said of it, and its event where it is one. */
interface Judged {
  event: StreamEvent | undefined;
  result: Result;
}

export const verify = command({
  examples: [
    { line: 'nost verify events.jsonl > valid.jsonl', about: 'keep the valid events' },
    {
      line: "nost verify --results events.jsonl | jq 'select(.valid | not)'",
      about: 'which events are invalid, and why',
    },
    {
      line: 'nost req --no-verify -l 500 wss://relay.example | nost verify --min-pow 20',
      about: 'in a pipe',
    },
  ],
  exits: ['refused', 'io'],
  flags: FLAGS,
  args: [{ spelling: '[file]', description: 'JSONL, pretty JSON or a JSON array (default: stdin)' }],
  layout: 'rows',
  run,
});

async function run(context: Context, { args, flags }: Invocation<VerifyFlags>): Promise<void> {
  const [file = '-'] = args;
  refuseOther(file, {
    relay: 'No relay is asked here: nost req --no-verify RELAY | nost verify',
    json: "Events are read from a file or stdin: printf '%s' '{…}' | nost verify",
  });
  const name = file === '-' ? 'stdin' : file;
  const source =
    file === '-'
      ? openInput(context, args.length > 0, 'no events: give a file, or - to read them from stdin')
      : await openNamedFile(file, context.deadline.signal);
  const stop = () => source.destroy();
  context.signal.addEventListener('abort', stop);
  context.stdout.readerGone.addEventListener('abort', stop);
  const badLines = new BadLines(name, context, flags.failEarly ?? false);
  const check = new Check(flags, badLines, await openVerifier(context), context);
  try {
    await check.all(readItems(source, name));
  } catch (error) {
    if (!context.signal.aborted && !context.stdout.readerGone.aborted) throw error;
  }
  if (context.signal.aborted || context.stdout.readerGone.aborted) return;
  if (check.events === 0 && badLines.count === 0)
    context.keys.noteAtTerminal(`no event in ${file === '-' ? name : quote(file)}`);
  if (badLines.failure) throw badLines.failure;
  if (check.invalid > 0)
    throw new Failure('refused', `${check.invalid} of ${check.events} events are not valid`, {
      code: 'invalid_events',
    });
}

class Check {
  events = 0;
  invalid = 0;
  readonly #verifier: Verifier;
  readonly #flags: VerifyFlags;
  readonly #badLines: BadLines;
  readonly #context: Context;

  constructor(flags: VerifyFlags, badLines: BadLines, verifier: Verifier, context: Context) {
    this.#verifier = verifier;
    this.#flags = flags;
    this.#badLines = badLines;
    this.#context = context;
  }

  /** Judges everything, in order; ends when nobody wants more. */
  async all(chunks: AsyncIterable<EventItem[]>): Promise<void> {
    const { batchesInFlight = 1 } = this.#verifier;
    const batches = readAhead(this.#batches(chunks), batchesInFlight, items => this.#judgeAll(items));
    for await (const judged of batches) if (!(await this.#tellAll(judged))) return;
  }

  async *#batches(chunks: AsyncIterable<EventItem[]>): AsyncGenerator<EventItem[], void> {
    const { batchSize } = this.#verifier;
    for await (const items of chunks)
      for (let at = 0; at < items.length; at += batchSize) yield items.slice(at, at + batchSize);
  }

  async #judgeAll(items: readonly EventItem[]): Promise<Judged[]> {
    const parsed = items.map(parse);
    const events = parsed.map(({ event }) => event).filter(event => event !== undefined);
    const verdicts = (await this.#verifier.verify(events))[Symbol.iterator]();
    return parsed.map(({ event, result }) =>
      event ? { event, result: this.#judge(event, verdicts.next().value!, result) } : { event, result },
    );
  }

  /** False when nobody wants more. */
  async #tellAll(judged: readonly Judged[]): Promise<boolean> {
    const { signal, stdout } = this.#context;
    for (const { result } of judged) {
      const room = this.#count(result);
      if (room) await room;
    }
    await (this.#flags.results
      ? stdout.lines(judged.map(({ result }) => JSON.stringify(result)))
      : stdout.bytes(linesOf(validOf(judged))));
    return !signal.aborted && !stdout.readerGone.aborted;
  }

  #judge(event: StreamEvent, verdict: Verdict, result: Result): Result {
    const { minPow } = this.#flags;
    if (verdict !== 'valid') return { ...result, valid: false, layer: verdict, reason: REASONS[verdict] };
    if (minPow === undefined || committedDifficulty(event) >= minPow) return { ...result, valid: true };
    return {
      ...result,
      valid: false,
      layer: 'pow',
      reason: `${committedDifficulty(event)} bits of work, ${minPow} are asked for`,
    };
  }

  /** Counts a result; what is wrong goes to stderr, when that has room, unless it is in a line on stdout. */
  #count(result: Result): Promise<void> | undefined {
    this.events++;
    if (!result.valid) this.invalid++;
    if (result.layer === 'json') return this.#badLines.report(result.line, result.reason!);
    if (result.valid || this.#flags.results) return undefined;
    const message = `line ${result.line}: ${result.layer}: ${result.reason}`;
    this.#context.log.warn({ ...result, type: 'invalid', message });
    return this.#context.room();
  }
}

function validOf(judged: readonly Judged[]): StreamEvent[] {
  const valid: StreamEvent[] = [];
  for (const { event, result } of judged) if (result.valid) valid.push(event!);
  return valid;
}

const REASONS = {
  id: 'the id is not the hash of the event',
  signature: "the signature is not the author's over the id",
} as const;

function parse(item: EventItem): Judged {
  const { line } = item;
  if ('problem' in item) {
    return {
      event: undefined,
      result: { line, id: null, valid: false, layer: 'json', reason: item.problem },
    };
  }
  if ('event' in item) return { event: item.event, result: { line, id: item.event.id, valid: false } };
  const claimed = (item.value as { id?: unknown }).id;
  const result = { line, id: isHex32(claimed) ? claimed : null, valid: false };
  try {
    return { event: parseStreamEvent(item.value), result };
  } catch (error) {
    if (!(error instanceof InvalidEvent)) throw error;
    return { event: undefined, result: { ...result, layer: 'format', reason: error.message } };
  }
}
