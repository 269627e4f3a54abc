// `nost help kinds`, from the table of kinds.
import { KINDS } from '../../protocol/kind-names.ts';
import { columns } from './columns.ts';

/** The topic, with every kind that has a name. */
export function kindsTopic(): string {
  const rows = KINDS.map(({ kind, last, name, nip = '', description }) => [
    last === undefined ? String(kind) : `${kind}-${last}`,
    name,
    nip,
    description,
  ]);
  return `Event kinds

  nost req -k note -l 10 wss://relay.example
  nost req -k 30000-30009,article wss://relay.example

-k takes numbers, ranges and these names:

${columns([['kind', 'name', 'NIP', 'description'], ...rows])}
`;
}
