// The flags of every command: what stderr says, and how.
import { quote } from '../protocol/quote.ts';
import { choice, count, type FlagsOf, flags, on, optional } from './flag.ts';
import { parsedBy } from './values.ts';

/** When output is shown as cards and tables; `auto`: at a terminal. */
export type PrettyChoice = 'auto' | 'always' | 'never';

export const COMMON_FLAGS = flags('Common', {
  quiet: count('-q, --quiet', 'print only errors on stderr; -qq: nothing'),
  verbose: on('-v, --verbose', 'print connections, EOSE, CLOSED and NOTICE on stderr'),
  logFormat: choice('--log-format <format>', 'format of stderr', ['text', 'json'], {
    default: 'text',
    variable: 'NOST_LOG',
  }),
  pretty: optional(
    '--pretty[=when]',
    'show cards and tables for people: always, auto (at a terminal), never',
    parsePretty,
  ),
  color: choice('--color <when>', 'when to use colours', ['auto', 'always', 'never'], { default: 'auto' }),
});

/** The flag alone is `always`. Throws `Error` for another word. */
export function parsePretty(text: string): PrettyChoice {
  if (text === '') return 'always';
  if (text === 'auto' || text === 'always' || text === 'never') return text;
  throw new Error(`${quote(text)} is not auto, always or never`);
}

/** Whether output is shown to people: by the flag, then NOST_PRETTY. Throws `UsageError` for a word it does not know. */
export function wantsPretty(
  flag: PrettyChoice | undefined,
  variable: string | undefined,
  isTerminal: boolean,
): boolean {
  const choice = flag ?? (variable ? parsedBy('NOST_PRETTY', parsePretty)(variable) : 'never');
  return choice === 'always' || (choice === 'auto' && isTerminal);
}

export type CommonFlags = FlagsOf<typeof COMMON_FLAGS>;

/** No command gets it: it ends the parsing. */
export const HELP_FLAG = flags('Common', { help: on('-h, --help', 'short help; --help: full help') });
