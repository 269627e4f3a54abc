// `nost help kinds`, from the table of kinds.
import { type KindClass, kindClass, kindInfo } from '../../protocol/kind.ts';
import { KINDS, type KindInfo } from '../../protocol/kind-names.ts';
import { alignedRows, columns, WIDTH, wrap } from './columns.ts';

/** The topic, with every kind that has a name. */
export function kindsTopic(): string {
  const [head, ...rows] = alignedRows([
    ['kind', 'name', 'class', 'content', 'NIP'],
    ...KINDS.map(info => [
      numbersOf(info),
      info.name,
      kindClass(info.kind),
      info.text ? 'text' : '',
      info.nip ?? '',
    ]),
  ]);
  const table = rows.flatMap((row, i) => [row, ...detailsOf(KINDS[i]!)]);
  return `Event kinds

  nost req -k note -l 10 wss://relay.example
  nost req -k 30000-30009,article wss://relay.example

The class of a kind: what relays keep of it
  regular      every event is kept
  replaceable  only the newest of each author is kept (0, 3, 10000-19999)
  ephemeral    passed on to subscribers, not kept (20000-29999)
  addressable  only the newest of each author and d tag is kept (30000-39999)

Where the content is a text that people write, publish asks for one (-m, -).
nost help kind KIND tells more of one: a number or a name.

-k takes numbers, ranges and these names:

${[head, ...table].join('\n')}
`;
}

function numbersOf({ kind, last }: KindInfo): string {
  return last === undefined ? String(kind) : `${kind}-${last}`;
}

/** What is known of one kind, also where it has no name, or of a run of kinds with one name; undefined for others. */
export function kindHelp(kinds: readonly number[]): string | undefined {
  const kind = kinds[0]!;
  const info = kindInfo(kind);
  const isRun = info?.last !== undefined && info.kind === kind && kinds.length === info.last - kind + 1;
  if (kinds.length > 1 && !isRun) return undefined;
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
  // The name of a run stands for all of its kinds.
  const asked = info && (isRun || info.last === undefined) ? info.name : kind;
  const flags = stored === 'ephemeral' ? '--stream' : '-l 10';
  return `${isRun ? `Kinds ${numbersOf(info)}` : `Kind ${kind}`}: ${info?.description ?? 'no name is known for it'}

${columns(rows)}

  nost req -k ${asked} ${flags} wss://relay.example
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

/** What the row of a kind does not say: its title where the name is another, and its other names. */
function detailsOf({ name, description, aliases = [] }: KindInfo): string[] {
  const title = description.toLowerCase().replaceAll(' ', '-') === name ? [] : [description];
  const others = aliases.length === 0 ? [] : [`also ${aliases.join(', ')}`];
  const indent = ' '.repeat(15); // below the name
  return wrap([...title, ...others].join('; '), WIDTH - indent.length)
    .filter(line => line !== '')
    .map(line => indent + line);
}
