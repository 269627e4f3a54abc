// `nost help errors`, from the table of failure codes.

import { exitCodeOf } from '../../exit-codes.ts';
import { FAILURE_CODES, type FailureMeaning, kindsOf } from '../../failure-codes.ts';
import { columns } from './columns.ts';

/** `1,5`: it may come with each of them. */
function exitsOf(row: FailureMeaning): string {
  const exits = kindsOf(row).map(exitCodeOf);
  return exits
    .sort((a, b) => a - b)
    .join(',')
    .padStart(3);
}

/** The topic, with every code. */
export function errorsTopic(): string {
  const rows = FAILURE_CODES.map(row => [exitsOf(row), row.code, row.meaning]);
  return `Error codes

  nost publish --log-format json -m hi wss://relay.example 2>&1 >/dev/null |
    jq -r 'select(.type == "error") | .code'

With --log-format json a failing command ends with exactly one line
  {"type":"error","code":...,"message":...,"hint":...}
on stderr. The code is stable; the message and the hint are for people.

${columns([['exit', 'code', 'meaning'], ...rows])}
`;
}
