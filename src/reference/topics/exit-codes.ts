// `nost help exit-codes`, from the table of exit codes.
import { EXIT_CODES } from '../../exit-codes.ts';
import { columns } from './columns.ts';

/** The topic, with every exit code. */
export function exitCodesTopic(): string {
  const rows = EXIT_CODES.map(({ code, name, when }) => [String(code).padStart(3), name, when]);
  return `Exit codes

  nost req -i "$id" --fail-on-empty wss://relay.example > /dev/null
  case $? in 0) echo found;; 1) echo missing;; 5) echo "no relay";; esac

${columns(rows)}

When several apply, the first of these decides: 70, 2, 6, 7, 3, 4, 1, 124, 5.
If nothing succeeded, 3 does not apply.

Details
  req      0 means: at least one relay sent all it has (EOSE), or --require was
           met, or -n was reached, or a time limit ended a stream after EOSE.
           An empty result is 0 too, unless you give --fail-on-empty.
  publish  0 means: every event was accepted by as many relays as --require asks
           for (default: 1). "duplicate:" with OK true counts as accepted.
  pipes    When the reader of stdout goes away (| head -1), req ends with 0.
           publish continues without its stdout.
  signals  After the first SIGINT, SIGTERM or SIGHUP nost closes its sockets
           within 250 ms and ends by that signal: the shell shows 128 plus its
           number. A second signal ends it at once. serve answers what it has
           received and ends with 0.
`;
}
