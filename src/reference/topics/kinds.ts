// `nost help kinds`, from the table of kinds.
import { type KindClass, kindClass, kindInfo } from '../../protocol/kind.ts';
import { KINDS, type KindInfo } from '../../protocol/kind-names.ts';
import { columns } from './columns.ts';

/** The topic, with every kind that has a name. */
export function kindsTopic(): string {
  const rows = KINDS.map(kind => [numbersOf(kind), kind.name, detailsOf(kind)]);
  return `Event kinds

  nost req -k note -l 10 wss://relay.example
  nost req -k 30000-30009,article wss://relay.example

How relays store a kind
  regular      every event is kept
  replaceable  only the newest of each author is kept (0, 3, 10000-19999)
  ephemeral    passed on to subscribers, not kept (20000-29999)
  addressable  only the newest of each author and d tag is kept (30000-39999)

-k takes numbers, ranges and these names:

${columns([['kind', 'name', 'description'], ...rows])}
`;
}

function numbersOf({ kind, last }: KindInfo): string {
  return last === undefined ? String(kind) : `${kind}-${last}`;
}

/** What is known of one kind, also where it has no name. */
export function kindHelp(kind: number): string {
  const info = kindInfo(kind);
  const stored = kindClass(kind);
  const rows = [
    ['name', info ? [info.name, ...(info.aliases ?? [])].join(', ') : 'none'],
    ['stored', `${stored}: ${STORED[stored]}`],
    [
      'address',
      stored === 'addressable' ? 'kind:pubkey:d' : stored === 'replaceable' ? 'kind:pubkey:' : 'none',
    ],
    ['content', info?.text ? 'a text that people write' : info ? 'as its document says' : 'unknown'],
    ['document', info?.nip === undefined ? 'none' : documentOf(info.nip)],
  ];
  return `Kind ${kind}: ${info?.description ?? 'no name is known for it'}

${columns(rows)}

  nost req -k ${info?.name ?? kind} -l 10 wss://relay.example
`;
}

const STORED: Record<KindClass, string> = {
  regular: 'every event is kept',
  replaceable: 'only the newest of each author is kept',
  ephemeral: 'passed on to subscribers, not kept',
  addressable: 'only the newest of each author and d tag is kept',
};

function documentOf(nip: string): string {
  return /^[0-9A-Z]{2}$/.test(nip) ? `NIP-${nip}` : nip;
}

/** What it is, where it is specified, and its other names. */
function detailsOf({ description, nip, aliases = [] }: KindInfo): string {
  const source = nip === undefined ? '' : ` (${documentOf(nip)})`;
  return description + source + (aliases.length === 0 ? '' : `; also ${aliases.join(', ')}`);
}
