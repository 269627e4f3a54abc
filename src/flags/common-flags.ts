// The flags of every command: what stderr says, and how.
import { choice, count, type FlagsOf, flags, on } from './flag.ts';

export const COMMON_FLAGS = flags('Common', {
  quiet: count('-q, --quiet', 'print only errors on stderr; -qq: nothing'),
  verbose: on('-v, --verbose', 'print connections, EOSE, CLOSED and NOTICE on stderr'),
  logFormat: choice('--log-format <format>', 'format of stderr', ['text', 'json'], {
    default: 'text',
    variable: 'NOST_LOG',
  }),
  color: choice('--color <when>', 'when to use colours', ['auto', 'always', 'never'], { default: 'auto' }),
});

export type CommonFlags = FlagsOf<typeof COMMON_FLAGS>;

/** No command gets it: it ends the parsing. */
export const HELP_FLAG = flags('Common', { help: on('-h, --help', 'short help; --help: full help') });
