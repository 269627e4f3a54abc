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

The first SIGINT, SIGTERM or SIGHUP ends a command in good order within 250 ms;
the second ends it at once. serve ends with 0.

A reader that closes its end (nost req ... | head -1) is no failure. publish
goes on without it.
`;
}
