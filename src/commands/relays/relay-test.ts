// `nost relay-test`: does a relay do what the NIPs say?
import { failedBefore, InvalidBaseline } from '../../check/baseline.ts';
import { CASES } from '../../check/cases/all.ts';
import { FORMATS } from '../../check/report/formats.ts';
import type { Context } from '../../context.ts';
import { decodeText } from '../../encoding.ts';
import { UsageError } from '../../errors.ts';
import { choice, commaList, duration, type FlagsOf, flags, on, optional, text } from '../../flags/flag.ts';
import { PROBE_KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS, RELAY_ARGUMENT } from '../../flags/network-flags.ts';
import { verbatim, wholeNumber } from '../../flags/values.ts';
import { readNamedFile } from '../../input/named-file.ts';
import { type CommandEnd, untilEnd } from '../../run/command-end.ts';
import { chooseCases } from '../../run/conformance/choose-cases.ts';
import { listCases } from '../../run/conformance/list-cases.ts';
import { testRelay } from '../../run/conformance/test-relay.ts';
import { runAgain } from '../../run/conformance/watching.ts';
import { refuseTwoKeys } from '../../run/relay-checks/probe-key.ts';
import { chooseRelays } from '../../run/relays.ts';
import { CommandKey, namesKey } from '../../run/signing.ts';
import { command, type Invocation } from '../command.ts';

/** It tries one relay, which the user named, and asks it nothing twice. */
const { retry, relayTimeout, relaysFile, allowPrivate, ...NETWORK } = NETWORK_FLAGS;

const FLAGS = {
  ...flags('Cases', {
    nip: commaList('--nip <list>', 'only the cases of these NIPs: 1,9,11', wholeNumber(0)),
    only: commaList('--only <case>', 'only this case (repeatable, or with commas)', verbatim),
    list: on('--list', 'print the cases, and try none'),
    caseTimeout: duration('--case-timeout <duration>', 'how long the relay may be silent in a case', {
      default: '3s',
    }),
  }),
  ...flags('Report', {
    format: choice('--format <format>', 'how the results are written', FORMATS, { default: 'text' }),
    baseline: text('--baseline <file>', 'an earlier --format json: only what got worse fails'),
    watch: optional('--watch[=file]', 'run again when the file changes, and at SIGUSR2'),
  }),
  ...PROBE_KEY_FLAGS,
  ...NETWORK,
};

type RelayTestFlags = FlagsOf<typeof FLAGS>;

export const relayTest = command({
  examples: [
    { line: 'nost relay-test ws://localhost:7447', about: 'every case, with keys made for the run' },
    { line: 'nost relay-test --nip 1,9,42 wss://relay.example', about: 'the cases of some NIPs' },
    { line: 'nost relay-test --as alice wss://relay.example', about: 'where only some keys may write' },
    {
      line: 'nost relay-test --format junit wss://relay.example > report.xml',
      about: 'for a CI system',
    },
    { line: 'nost relay-test --only eose,ok wss://relay.example', about: 'single cases (see --list)' },
  ],
  exits: ['refused', 'partial', 'unreachable', 'signer', 'io', 'timeout'],
  often: ['nip', 'only', 'list', 'format', 'baseline', 'watch', 'as', 'caseTimeout', 'timeout', 'insecure'],
  flags: FLAGS,
  /** A second one is told what to do instead. */
  args: [RELAY_ARGUMENT],
  usage: '[flags] [relay]',
  run,
});

async function run(context: Context, { args, flags }: Invocation<RelayTestFlags>): Promise<void> {
  const cases = chooseCases(CASES, flags);
  refuseTwoKeys(flags);
  if (flags.list) return listCases(cases, flags.format, context);
  const relay = await oneRelay(args, context);
  await untilEnd(context.deadline, 'before every case had ended', async end => {
    const known = flags.baseline === undefined ? new Set<string>() : await readBaseline(flags.baseline, end);
    const key = namesKey(flags) ? await CommandKey.open(flags, context, false, end.signal) : undefined;
    try {
      const signer = await key?.signer();
      const author = signer && { pubkey: signer.publicKey, sign: signer.sign.bind(signer) };
      const settings = { ...flags, retry: 0, relayTimeout: flags.caseTimeout };
      const once = () => testRelay(context, settings, { relay, cases, author, known, end });
      if (flags.watch === undefined) await once();
      else await runAgain(context, flags.watch, end, once);
    } finally {
      await key?.close();
    }
  });
}

async function oneRelay(args: readonly string[], context: Context): Promise<string> {
  const [relay, ...others] = await chooseRelays(args, context, {});
  if (others.length === 0) return relay!;
  throw new UsageError('relay-test tries one relay at a time', {
    code: 'bad_arguments',
    hint: 'Several: for r in wss://a.example wss://b.example; do nost relay-test "$r"; done',
  });
}

/** A report is small. */
const MAX_BASELINE_BYTES = 64 * 2 ** 20;

async function readBaseline(path: string, { signal }: CommandEnd): Promise<Set<string>> {
  const bytes = await readNamedFile('--baseline', path, { most: MAX_BASELINE_BYTES, signal });
  try {
    return failedBefore(decodeText(bytes));
  } catch (error) {
    if (!(error instanceof InvalidBaseline)) throw error;
    throw new UsageError(`--baseline ${path}: ${error.message}`, {
      code: 'bad_value',
      hint: 'Make one with: nost relay-test --format json wss://relay.example > baseline.jsonl',
    });
  }
}
