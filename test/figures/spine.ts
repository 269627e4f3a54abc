// The files that a plain `req` or `publish` loads, from the imports, and which of them are on the way of an event.
//
// A plain `req` asks one relay and writes to a pipe, with native verification; a plain `publish` signs one note with
// the key in a file and sends it to one relay. A lazy import counts only where such a command takes it.
import { basename } from 'node:path';
import { circlesOf, graphOf, type Import, reachable } from '../support/imports.ts';

export type Verb = 'req' | 'publish';

/** Lazy imports that a plain command takes, by the name of the file; so the list outlives a move. */
const TAKEN: Readonly<Record<Verb, readonly string[]>> = {
  req: ['command-line.ts', 'req.ts', 'verifier.ts', 'choose.ts', 'native.ts', 'pool.ts'],
  publish: ['command-line.ts', 'publish.ts', 'ladder.ts', 'local.ts', 'secret-text.ts'],
};

/** Lazy imports that neither takes: other engines, encrypted keys, accounts, proxies, TLS, AUTH, traces, mining. */
const SKIPPED: readonly string[] = [
  ...[
    'public-hosts.ts',
    'outbox-query.ts',
    'outbox-routes.ts',
    'name-lookups.ts',
    'wasm.ts',
    'noble.ts',
    'bulk-signing.ts',
    'agreement.ts',
    'encrypted.ts',
    'chosen.ts',
    'accounts.ts',
    'socks.ts',
    'trust.ts',
    'trace.ts',
    'recording.ts',
    'named-output.ts',
    'authorities.ts',
    'presentation.ts',
    'endings-table.ts',
    'command-end.ts',
  ],
  ...['route.ts', 'relays-file.ts', 'http.ts', 'way.ts', 'proxy.ts'],
  ...[
    'help.ts',
    'habits.ts',
    'flag-habits.ts',
    'show-help.ts',
    'leading-flags.ts',
    'command-tree.ts',
    'nearest.ts',
    'bug-report.ts',
    'used-flags.ts',
  ],
  ...['nip04.ts', 'nip42.ts', 'nip44.ts', 'keys.ts', 'verification.ts', 'mining.ts'],
];

export interface Closure {
  /** Every file that is loaded, main.ts among them. */
  loaded: Set<string>;
  /** Value imports between them. */
  graph: Map<string, Set<string>>;
  /** `FROM → TO` of lazy imports that stand in neither list. */
  undecided: string[];
}

/** What the program loads to run this verb. */
export function closureOf(imports: readonly Import[], verb: Verb): Closure {
  const values = imports.filter(({ to, erased }) => to !== undefined && !erased);
  const graph = graphOf(
    values.filter(edge => !edge.lazy || isTaken(edge, verb)).map(({ from, to }) => [from, to!]),
  );
  const loaded = reachable(graph, 'main.ts');
  const undecided = values.filter(edge => loaded.has(edge.from) && edge.lazy && !isDecided(edge));
  for (const file of graph.keys()) if (!loaded.has(file)) graph.delete(file);
  return { loaded, graph, undecided: undecided.map(({ from, to }) => `${from} → ${to}`) };
}

function isTaken({ to }: Import, verb: Verb): boolean {
  return TAKEN[verb].includes(basename(to!));
}

function isDecided({ to }: Import): boolean {
  return to!.startsWith('commands/') || [...Object.values(TAKEN).flat(), ...SKIPPED].includes(basename(to!));
}

/** Flags and what binds them to commander; the older layout kept them among the commands. */
const FLAG_PARSING =
  /^(?:command-line\.ts|flags\/.*|commands\/(?:declare|options|(?:event|filter|key|network)-options|network-values|identifiers|optional-values)\.ts)$/;

/** Protocol leaves and flag parsing are no part of a spine. */
export function isApart(file: string): boolean {
  return file.startsWith('protocol/') || FLAG_PARSING.test(file);
}

/** A leaf imports nothing of ours but protocol and errors: it is read when it is needed, not on the way. */
export function isLeaf(file: string, graph: Closure['graph']): boolean {
  return [...(graph.get(file) ?? [])].every(to => to.startsWith('protocol/') || to === 'errors.ts');
}

/** The longest chain of imports from main.ts to the socket; the graph has no circle. */
export function longestChain({ graph }: Closure): string[] {
  const [circle] = circlesOf(graph);
  if (circle) throw new Error(`a circle of values has no longest chain: ${circle.join(' ')}`);
  const known = new Map<string, string[] | undefined>();
  const chainFrom = (file: string): string[] | undefined => {
    if (/^relay\/(?:wire\/)?socket\.ts$/.test(file)) return [file];
    if (known.has(file)) return known.get(file);
    let longest: string[] | undefined;
    for (const next of graph.get(file) ?? []) {
      const chain = chainFrom(next);
      if (chain && chain.length >= (longest?.length ?? 0)) longest = chain;
    }
    const whole = longest && [file, ...longest];
    known.set(file, whole);
    return whole;
  };
  return chainFrom('main.ts') ?? [];
}
