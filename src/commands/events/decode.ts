// `nost decode`: what codes, URIs, invoices, hex and events hold, one JSON line each. A secret is shown only on demand, and
// nobody is asked.
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import { type FlagsOf, flags, on, value } from '../../flags/flag.ts';
import { explainWord } from '../../run/decode/explain.ts';
import type { Explanation, Facts, Wishes } from '../../run/decode/facts.ts';
import { FIELDS, fieldFault, fieldLines, parseField } from '../../run/decode/field.ts';
import { type Input, inputOf, readInput } from '../../run/decode/input.ts';
import { BadLines, openInput } from '../../run/events/event-input.ts';
import { refuseFiles, refuseRelays } from '../../run/network/relay-words.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = flags('Flags', {
  field: value('--field <name>', 'print only this field, bare; a list one item a line', parseField, {
    suggestions: FIELDS,
  }),
  asId: on('--as-id', '64 hex digits are an event id'),
  asPubkey: on('--as-pubkey', '64 hex digits are a public key'),
  reveal: on('--reveal', 'print the secret of an nsec or of a URI'),
});

type DecodeFlags = FlagsOf<typeof FLAGS>;

export const decode = command({
  examples: [
    { line: 'nost decode npub1…', about: 'the public key in hex' },
    { line: 'id=$(nost decode --field id nostr:nevent1…)', about: 'the id of a shared event, bare' },
    { line: 'nost decode https://njump.me/nevent1…', about: 'the code in a link; nobody is asked' },
    { line: 'nost decode < codes.txt', about: 'many codes, separated by white space' },
    { line: 'nost req -l 1 wss://relay.example | nost decode', about: 'an event explained' },
    { line: 'nost decode lnbc1…', about: 'an invoice: amount, description, expiry' },
    { line: 'nost decode --as-pubkey --field npub < keys.txt', about: 'npub codes of public keys in hex' },
    {
      line: 'nost decode < nsec.txt',
      about: 'the public key of a secret; the secret itself only with --reveal',
    },
  ],
  exits: ['refused'],
  flags: FLAGS,
  args: [
    {
      spelling: '[code...]',
      description:
        'a code of NIP-19, a nostr: URI, a link that holds one, hex, an event, an invoice, or a bunker:// URI (default: stdin)',
    },
  ],
  run,
});

async function run(context: Context, { args, flags }: Invocation<DecodeFlags>): Promise<void> {
  refuseRelays(args, 'What it allows: nost relay-info URL.');
  refuseFiles(args, 'What it holds: nost decode < FILE.');
  const isTyped = args.length > 0 && !(args.length === 1 && args[0] === '-');
  const { reveal = false, asId = false, asPubkey = false } = flags;
  const output = new Output(context, flags.field, { reveal, asId, asPubkey, isTyped });
  if (isTyped) await decodeArgs(context, args, output);
  else await decodeStdin(context, args.length > 0, output);
  output.finish();
}

/** Of a single code the failure says all; of several each that is none gets its line. */
async function decodeArgs(context: Context, args: readonly string[], output: Output): Promise<void> {
  const inputs = args.flatMap(inputOf);
  let bad = 0;
  const report = (_: number, problem: string) => {
    if (inputs.length === 1) throw new UsageError(problem, { code: 'bad_code' });
    bad++;
    context.log.warn({ type: 'bad_line', message: problem });
  };
  await output.explain(inputs, report);
  if (bad > 0)
    throw new UsageError(`${bad} of ${inputs.length} codes could not be decoded`, { code: 'bad_code' });
}

async function decodeStdin(context: Context, explicit: boolean, output: Output): Promise<void> {
  const badLines = new BadLines('stdin', context, false);
  const source = openInput(context, explicit, 'no code: give codes, or - to read them from stdin');
  context.signal.addEventListener('abort', () => source.push(null));
  for await (const inputs of readInput(source)) {
    await output.explain(inputs, (line, problem) => badLines.report(line, problem));
    if (output.isOver) return;
  }
  if (badLines.failure) throw badLines.failure;
}

type Report = (line: number, problem: string) => Promise<void> | void;

/** Lines that are written at once when many come of one. */
const MANY = 1000;

/** Prints what things are, in order. */
class Output {
  readonly #context: Context;
  readonly #field: string | undefined;
  readonly #wishes: Wishes;
  #explainEvent: ((value: object) => Explanation) | undefined;
  #lines: string[] = [];
  #without = 0;
  /** Of the first that lacked the field. */
  #why = '';

  constructor(context: Context, field: string | undefined, wishes: Wishes) {
    this.#context = context;
    this.#field = field;
    this.#wishes = wishes;
  }

  get isOver(): boolean {
    return this.#context.signal.aborted || this.#context.stdout.readerGone.aborted;
  }

  /** What is good before a bad one is written before that is reported. */
  async explain(inputs: readonly Input[], report: Report): Promise<void> {
    for (const input of inputs) {
      const asked = this.#explanationOf(input);
      const { facts, problem } = asked instanceof Promise ? await asked : asked;
      if (this.isOver) return;
      if (facts) this.#add(facts);
      if (this.#lines.length >= MANY) await this.#flush();
      if (problem !== undefined) {
        await this.#flush();
        await report(input.line, problem);
      }
    }
    await this.#flush();
  }

  /** Throws when things lacked the field. */
  finish(): void {
    if (this.#without === 0 || this.isOver) return;
    const what = this.#without === 1 ? 'what was decoded' : `${this.#without} of what was decoded`;
    throw new Failure('refused', `${what} has no field ${this.#field}: ${this.#why}`, { code: 'no_field' });
  }

  #explanationOf(input: Input): Explanation | Promise<Explanation> {
    if ('word' in input) return explainWord(input.word, this.#wishes);
    if ('problem' in input) return input;
    return this.#explainEvent?.(input.value) ?? this.#openEvents().then(explain => explain(input.value));
  }

  async #openEvents(): Promise<(value: object) => Explanation> {
    const { explainEvent } = await import('../../run/decode/event-facts.ts');
    const { openSignatureCheck } = await import('../../run/verification.ts');
    const isSigned = await openSignatureCheck(this.#context);
    this.#explainEvent = value => explainEvent(value, isSigned);
    return this.#explainEvent;
  }

  #add(facts: Facts): void {
    const lines = this.#field === undefined ? [JSON.stringify(facts)] : fieldLines(facts, this.#field);
    if (lines) this.#lines.push(...lines);
    else if (this.#without++ === 0) this.#why = fieldFault(facts, this.#field!);
  }

  #flush(): Promise<void> | void {
    const lines = this.#lines;
    this.#lines = [];
    if (this.#field === undefined) return this.#context.stdout.lines(lines);
    if (lines.length > 0) return this.#context.stdout.text([Buffer.from(`${lines.join('\n')}\n`)]);
  }
}
