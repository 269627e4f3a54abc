// `nost publish`: signs events where needed, sends them to every relay, and tells what each made of each.
import { type Command, Option } from 'commander';
import type { Context } from '../../context.ts';
import { declareEvent } from '../../flags/event-flags.ts';
import { declareNetwork } from '../../flags/network-flags.ts';
import { declareKey, declareRelays, parsedBy, parseRequire, wholeNumber } from '../../flags/options.ts';
import { readsStdin } from '../../run/event-source.ts';
import { type PublishFlags, publishEvents } from '../../run/publish-run.ts';
import { chooseRelays } from '../../run/relays.ts';
import type { CommandModule, Invocation } from '../command.ts';

export const publish: CommandModule = {
  examples: [
    {
      line: "nost publish -m 'hello' --sec-file key.txt wss://relay.example",
      about: 'sign a note and send it',
    },
    {
      line: 'nost publish --results - wss://a.example wss://b.example < events.jsonl',
      about: 'send many events, one result line each',
    },
    {
      line: "jq -c '{content: .text}' posts.jsonl | nost publish - --sec-file key.txt wss://relay.example",
      about: 'drafts are completed and signed',
    },
    {
      line: "nost publish -k article -d my-post -t title='My post' --content-file post.md --dry-run --sec-file key.txt",
      about: 'only sign and print',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  declare,
  run,
};

function declare(command: Command): void {
  declareRelays(command);
  command.usage('[flags] [-] [relay...]    (-: events or drafts on stdin, as JSONL)');
  declareEvent(command);
  const add = (option: Option) => command.addOption(option.helpGroup('Publish'));
  add(
    new Option('--require <n|all>', 'how many relays must accept an event (default: 1)').argParser(
      parsedBy('--require', parseRequire),
    ),
  );
  add(new Option('--results', 'print what each relay made of each event, instead of the event'));
  add(
    new Option('--pipeline <n>', 'events in flight to each relay; a fast one may be 1000 ahead of a slow one')
      .argParser(parsedBy('--pipeline', wholeNumber(1)))
      .default(50),
  );
  add(new Option('--state <file>', 'resume: remember what was accepted, and do not send it there again'));
  add(new Option('--dry-run', 'sign and print, send nothing'));
  add(new Option('--auth', 'authenticate to these relays when they ask for it (NIP-42)'));
  add(new Option('--fail-early', 'stop at the first bad line of the input'));
  declareKey(command);
  declareNetwork(command);
}

async function run(context: Context, { args, options }: Invocation): Promise<void> {
  const flags: PublishFlags = options;
  readsStdin(args, flags); // a mistake there is told before one about the relays
  const named = args.filter(word => word !== '-');
  const relays = flags.dryRun ? [] : await chooseRelays(named, context, flags);
  await publishEvents(context, flags, args, relays);
}
