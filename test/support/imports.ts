// Who imports whom in src, read from the text: static, lazy and type imports, and the circles that they form.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { withoutComments } from './source-text.ts';

export interface Import {
  /** The importing file, relative to src, with slashes. */
  from: string;
  specifier: string;
  /** The imported file relative to src; undefined for packages and node's own modules. */
  to: string | undefined;
  /** `import()` and `require()`: loaded only when that line runs. */
  lazy: boolean;
  /** `import type`, `import { type A }` and `typeof import()`: gone at run time. */
  erased: boolean;
}

/** Every TypeScript file under `src` by its path there, with slashes, and its text. */
export function readSources(src: string): Map<string, string> {
  const names = (readdirSync(src, { recursive: true }) as string[]).filter(name => name.endsWith('.ts'));
  return new Map(
    names
      .map(name => name.split(sep).join('/'))
      .sort()
      .map(name => [name, readFileSync(join(src, name), 'utf8')]),
  );
}

const STATIC = /^[ \t]*(?:import|export)\b([^'"`;=(]*?\bfrom)?\s*(['"])([^'"]+)\2/gm;
const LAZY = /(\btypeof\s+)?\b(?:import|require|createRequire\([^)]*\))\(\s*(['"`])([^'"`]+)\2/g;

/** What one source imports, static imports first. */
export function specifiersOf(source: string): Pick<Import, 'specifier' | 'lazy' | 'erased'>[] {
  const code = withoutComments(source);
  return [
    ...[...code.matchAll(STATIC)].map(([, clause, , specifier]) => ({
      specifier: specifier!,
      lazy: false,
      erased: isTypeClause(clause ?? ''),
    })),
    ...[...code.matchAll(LAZY)].map(([, type, , specifier]) => ({
      specifier: specifier!,
      lazy: type === undefined,
      erased: type !== undefined,
    })),
  ];
}

/** Whether all that stands between `import` and `from` is types. */
function isTypeClause(clause: string): boolean {
  if (/^\s+type\b(?!\s+from\b)/.test(clause)) return true;
  const names = /^\s*\{([^}]*)\}\s*from$/.exec(clause)?.[1];
  const specifiers = names?.split(',').filter(name => name.trim() !== '') ?? [];
  return specifiers.length > 0 && specifiers.every(name => /^\s*type\s/.test(name));
}

/** Every import between these files, and from them to packages. */
export function importsOf(sources: ReadonlyMap<string, string>): Import[] {
  return [...sources].flatMap(([from, source]) =>
    specifiersOf(source).map(({ specifier, ...how }) => ({
      from,
      specifier,
      ...how,
      to: specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined,
    })),
  );
}

/** The graph of these pairs. */
export function graphOf(pairs: Iterable<readonly [from: string, to: string]>): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const [from, to] of pairs) {
    if (!graph.has(from)) graph.set(from, new Set());
    if (!graph.has(to)) graph.set(to, new Set());
    if (from !== to) graph.get(from)!.add(to);
  }
  return graph;
}

/** What can be reached from here, this node among them. */
export function reachable(graph: ReadonlyMap<string, ReadonlySet<string>>, from: string): Set<string> {
  const found = new Set([from]);
  for (const node of found) for (const next of graph.get(node) ?? []) found.add(next); // a set grows as it is read
  return found;
}

/** The circles of a graph: each group of nodes that all reach one another, in alphabetical order. */
export function circlesOf(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const reach = new Map([...graph.keys()].map(node => [node, reachable(graph, node)]));
  const circles = new Set<string>();
  for (const [node, reached] of reach) {
    const circle = [...reached].filter(other => reach.get(other)?.has(node));
    if (circle.length > 1) circles.add(circle.sort().join(' '));
  }
  return [...circles].sort().map(circle => circle.split(' '));
}
