// `nost help errors`, from the table of failure codes.

import { exitCodeOf } from '../../exit-codes.ts';
import { FAILURE_CODES } from '../../failure-codes.ts';
import { columns } from './columns.ts';

/** The topic, with every code. */
export function errorsTopic(): string {
  const rows = FAILURE_CODES.map(({ code, kind, meaning }) => [
    String(exitCodeOf(kind)).padStart(3),
    code,
    meaning,
  ]);
  return `Error codes

  nost publish --log-format json -m hi wss://relay.example 2>&1 >/dev/null |
    jq -r 'select(.type == "error") | .code'

With --log-format json a failing command ends with exactly one line
  {"type":"error","code":...,"message":...,"hint":...}
on stderr. The code is stable; the message and the hint are for people.

${columns([['exit', 'code', 'meaning'], ...rows])}
`;
}
