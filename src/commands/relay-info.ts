// `nost relay-info`: the NIP-11 document of each relay, as it is served, plus its URL.
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { Failure, type FailureKind } from '../errors.ts';
import { worstKind } from '../exit-codes.ts';
import { relayInformationFaults } from '../protocol/nip11.ts';
import { fetchRelayDocument, HttpError } from '../relay/http.ts';
import type { CommandModule, Invocation } from './command.ts';
import { declareNetwork, type NetworkFlags } from './options.ts';
import { chooseRelays, declareRelays } from './relay-options.ts';

interface RelayInfoFlags extends NetworkFlags {
  lint?: boolean;
  json?: boolean;
}

export const relayInfo: CommandModule = {
  examples: [
    { line: 'nost relay-info wss://relay.example | jq .limitation', about: 'what the relay refuses' },
    {
      line: 'nost relay-info --lint wss://relay.example',
      about: 'what is wrong with its document; exit 1 if anything is',
    },
  ],
  exits: ['refused', 'unreachable', 'timeout'],
  declare,
  run,
};

function declare(command: Command): void {
  declareRelays(command);
  command.addOption(
    new Option('--lint', 'print the faults of the document instead, exit 1 when there are any'),
  );
  command.addOption(new Option('--json', 'one JSON document a line (always so)'));
  declareNetwork(command);
}

const FAILURE_OF: Record<HttpError['reason'], FailureKind> = {
  unreachable: 'unreachable',
  timeout: 'timeout',
  refused: 'refused',
  invalid: 'refused',
};

async function run(context: Context, { args, options }: Invocation): Promise<void> {
  const flags: RelayInfoFlags = options;
  const relays = chooseRelays(args, context);
  const results = await Promise.all(relays.map(relay => show(relay, flags, context)));
  if (context.signal.aborted || context.stdout.readerGone.aborted) return;
  const failures = results.filter(result => result !== undefined);
  if (flags.lint && failures.length > 0)
    throw new Failure(worstKind(failures)!, 'not every document is in order', { code: 'lint' });
  if (failures.length === relays.length)
    throw new Failure(worstKind(failures)!, 'no relay gave its NIP-11 document', { code: 'no_document' });
}

/** Prints one relay's line; returns what went wrong. */
async function show(
  relay: string,
  flags: RelayInfoFlags,
  context: Context,
): Promise<FailureKind | undefined> {
  const { connectTimeout, relayTimeout, timeout = Number.POSITIVE_INFINITY } = flags;
  const limits = { connectTimeout, timeout: Math.min(relayTimeout, timeout), signal: context.signal };
  try {
    const document = await fetchRelayDocument(relay, limits);
    const faults = relayInformationFaults(document);
    await context.stdout.line(
      JSON.stringify(flags.lint ? { url: relay, faults } : { ...document, url: relay }),
    );
    return flags.lint && faults.length > 0 ? 'refused' : undefined;
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    context.log.warn({ type: 'end', relay, code: error.reason, message: error.message });
    return FAILURE_OF[error.reason];
  }
}
