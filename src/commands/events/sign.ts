// `nost sign`: signs one event that flags describe, or drafts from stdin, and prints them. Talks to no relay.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { EVENT_FLAGS } from '../../flags/event-flags.ts';
import { duration, type FlagsOf, flags, on } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { offline } from '../../flags/people.ts';
import { quote } from '../../protocol/quote.ts';
import { signEvents } from '../../run/events/sign-run.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...offline(EVENT_FLAGS),
  ...flags('Sign', {
    failEarly: on('--fail-early', 'stop at the first bad line of the input'),
    timeout: duration('--timeout <duration>', 'limit for the whole command (default: none)', {
      variable: 'NOST_TIMEOUT',
    }),
  }),
  ...KEY_FLAGS,
};

type SignFlags = FlagsOf<typeof FLAGS>;

export const sign = command({
  examples: [
    { line: "nost sign -m 'hello' --sec-file key.txt > note.json", about: 'sign a note, send nothing' },
    {
      line: "jq -c '{content: .text}' posts.jsonl | nost sign - --as me > events.jsonl",
      about: 'complete and sign drafts, one event for each line',
    },
    {
      line: 'nost sign -k article -d my-post --content-file post.md --as me | nost publish - wss://relay.example',
      about: 'sign here, publish there',
    },
  ],
  exits: ['signer', 'io', 'timeout'],
  flags: FLAGS,
  args: [{ spelling: '[-]', description: 'events or drafts on stdin, as JSONL' }],
  usage: '[flags] [-]    (-: events or drafts on stdin, as JSONL)',
  run,
});

async function run(context: Context, { args, flags }: Invocation<SignFlags>): Promise<void> {
  const other = args.find(word => word !== '-');
  if (other !== undefined) {
    throw new UsageError(`nost sign sends nothing, so it takes no relay: ${quote(other)}`, {
      code: 'bad_value',
      hint: 'A text is given as -m TEXT, drafts as - < FILE; nost publish sends to relays.',
    });
  }
  await signEvents(context, flags, args);
}
