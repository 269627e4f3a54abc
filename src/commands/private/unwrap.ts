// `nost unwrap`: opens gift wraps (NIP-59, NIP-17) from a file or stdin, checks every layer, and prints the rumors.
import type { Context } from '../../context.ts';
import { type FlagsOf, flags, on } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { openNamedFile } from '../../input/named-file.ts';
import { BadLines, openLines } from '../../run/events/event-input.ts';
import { refuseOther } from '../../run/events/given-file.ts';
import { Unwrapping } from '../../run/private/unwrapping.ts';
import { CommandKey } from '../../run/signing.ts';
import { openVerifier } from '../../run/verification.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Flags', {
    results: on('--results', 'print {"line","id","valid","layer","reason","rumor"} for each wrap'),
    failEarly: on('--fail-early', 'stop at the first bad line'),
  }),
  ...KEY_FLAGS,
};

export const unwrap = command({
  examples: [
    {
      line: 'nost req -k 1059 -p me --auth --as me wss://inbox.example | nost unwrap --as me',
      about: 'your private messages, as events without signatures',
    },
    { line: 'nost unwrap --sec-file key.txt wraps.jsonl | jq -r .content', about: 'what they say' },
    {
      line: "nost unwrap --results wraps.jsonl | jq 'select(.valid | not)'",
      about: 'which wraps are refused, and why',
    },
  ],
  exits: ['refused', 'signer', 'io'],
  flags: FLAGS,
  args: [{ spelling: '[file]', description: 'gift wraps as JSONL (default: stdin)' }],
  layout: 'rows',
  run,
});

async function run(context: Context, { args, flags }: Invocation<FlagsOf<typeof FLAGS>>): Promise<void> {
  const { signal, stdout } = context;
  const [file = '-'] = args;
  refuseOther(file, {
    relay: 'nost req -k 1059 -p npub1… RELAY | nost unwrap',
    json: "Gift wraps are read from a file or stdin: printf '%s' '{…}' | nost unwrap",
  });
  const isStdin = file === '-';
  const name = isStdin ? 'stdin' : file;
  const key = await CommandKey.open(flags, context, isStdin, signal);
  const source = isStdin
    ? openLines(context, args.length > 0, 'nothing to read: give a file, or gift wraps on stdin')
    : await openNamedFile(file, context.deadline.signal);
  const stop = () => source.destroy();
  for (const end of [signal, stdout.readerGone]) end.addEventListener('abort', stop);
  const badLines = new BadLines(name, context, flags.failEarly ?? false);
  const verifier = await openVerifier(context);
  const unwrapping = new Unwrapping({ context, key, verifier, badLines, results: flags.results ?? false });
  try {
    await unwrapping.all(source, name);
  } catch (error) {
    if (!signal.aborted && !stdout.readerGone.aborted) throw error;
  } finally {
    await key.close();
  }
}
