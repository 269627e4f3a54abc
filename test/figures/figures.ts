// `npm run figures [-- --list --ran ROOT…]`: how src is built, in figures. Each ROOT is a folder that holds a `src`;
// the figures of several stand beside one another. Without one it is this repository.
import { resolve } from 'node:path';
import { classesOf, functionsOf, lineCount } from '../support/code-shape.ts';
import { circlesOf, graphOf, type Import, importsOf, readSources } from '../support/imports.ts';
import { codeOnly } from '../support/source-text.ts';
import { filesThatRan } from './ran.ts';
import { type Closure, closureOf, isApart, isLeaf, longestChain, type Verb } from './spine.ts';

/** The name of a figure, its value, and what it is made of, for --list. */
interface Figure {
  name: string;
  value: string;
  made?: readonly string[];
}

type Sources = ReadonlyMap<string, string>;

const VERBS: readonly Verb[] = ['req', 'publish'];

const LEGEND = `A plain req or publish: one relay, output to a pipe, native verification, no flag but the filter or the key.
loaded    every file that the value imports lead to from main.ts, lazy ones only where such a command takes them
(a)       of these, all outside of protocol/ and of flag parsing (flags/, command-line.ts)
(b)       of (a), what an event passes through: no leaves (a leaf imports nothing of ours but protocol/ and errors.ts)
(c)       of (a), those in which a function really ran in one run, loading apart (with --ran)
(d)       in both (b) and (c) (with --ran)
hops      the longest chain of value imports from main.ts to the file of the socket
queues    classes of (a) named …Queue, …Channel, …Mailbox, …Lane or …Inbox, or with a field named queue
hosts     interfaces named …Host, …Owner or …Listener: how a part calls back whoever owns it
function  one whose body stands in braces, from its head to its closing brace; an expression arrow is not counted
circles   groups of files that import one another, type imports counted`;

const { list, ran, roots } = readArguments(process.argv.slice(2));
const columns = await Promise.all(roots.map(async root => figuresOf(root, ran)));
console.log(LEGEND);
console.log();
printTable(roots, columns);
if (list) for (const [i, column] of columns.entries()) printLists(roots[i]!, column);

function readArguments(words: readonly string[]): { list: boolean; ran: boolean; roots: string[] } {
  const unknown = words.find(word => word.startsWith('-') && word !== '--list' && word !== '--ran');
  if (unknown !== undefined)
    throw new Error(`unknown option ${unknown}: --list, --ran, or folders that hold a src`);
  const named = words.filter(word => !word.startsWith('-'));
  const roots = named.length > 0 ? named : [resolve(import.meta.dirname, '../..')];
  return { list: words.includes('--list'), ran: words.includes('--ran'), roots };
}

async function figuresOf(root: string, withRuns: boolean): Promise<Figure[]> {
  const sources = readSources(resolve(root, 'src'));
  const imports = importsOf(sources).filter(({ to }) => to === undefined || sources.has(to));
  const runs = withRuns ? await filesThatRan(resolve(root)) : undefined;
  return [
    ...VERBS.flatMap(verb => spineFigures(verb, closureOf(imports, verb), sources, runs?.[verb])),
    ...wholeFigures(sources, imports),
  ];
}

function spineFigures(verb: Verb, closure: Closure, sources: Sources, ran?: readonly string[]): Figure[] {
  for (const edge of closure.undecided) {
    console.error(`spine.ts does not say whether a plain ${verb} takes this lazy import: ${edge}`);
    process.exitCode = 1;
  }
  const size = (name: string, files: readonly string[]) => sizeFigure(`${verb}: ${name}`, files, sources);
  const surprises = ran?.filter(file => !closure.loaded.has(file)) ?? [];
  for (const file of surprises) {
    console.error(`a plain ${verb} ran ${file}, which by spine.ts it does not load`);
    process.exitCode = 1;
  }
  const loaded = [...closure.loaded];
  const a = loaded.filter(file => !isApart(file));
  const b = a.filter(file => !isLeaf(file, closure.graph));
  const c = ran?.filter(file => !isApart(file));
  const chain = longestChain(closure);
  const queues = a.flatMap(file => queuesIn(file, sources));
  return [
    size('loaded', loaded),
    size('(a) loaded, apart from protocol and flags', a),
    size('(b) of (a), no leaves', b),
    ...(c
      ? [
          size('(c) of (a), ran', c),
          size(
            '(d) in (b) and (c)',
            b.filter(file => c.includes(file)),
          ),
        ]
      : []),
    { name: `${verb}: hops`, value: String(chain.length - 1), made: chain },
    { name: `${verb}: queues`, value: String(queues.length), made: queues },
  ];
}

function sizeFigure(name: string, files: readonly string[], sources: Sources): Figure {
  const lines = files.map(file => lineCount(sources.get(file)!));
  const sum = lines.reduce((a, b) => a + b, 0);
  const made = files
    .map((file, i) => `${String(lines[i]).padStart(4)} ${file}`)
    .sort((x, y) => x.slice(5).localeCompare(y.slice(5)));
  return { name, value: `${files.length} files, ${sum} lines`, made };
}

function queuesIn(file: string, sources: Sources): string[] {
  return classesOf(sources.get(file)!)
    .filter(
      ({ name, fields }) => /(?:Queue|Channel|Mailbox|Lane|Inbox)$/.test(name) || fields.includes('#queue'),
    )
    .map(({ name }) => `${name} (${file})`);
}

function wholeFigures(sources: Sources, imports: readonly Import[]): Figure[] {
  const written = new Map([...sources].filter(([file]) => !file.endsWith('.wasm.ts')));
  const lengths = [...written].map(([file, source]) => ({ file, lines: lineCount(source) }));
  const functions = [...written.values()].flatMap(source => functionsOf(source).map(({ lines }) => lines));
  const long = lengths.filter(({ lines }) => lines > 300);
  return [
    {
      name: 'src: files, lines',
      value: `${written.size}, ${lengths.reduce((sum, { lines }) => sum + lines, 0)}`,
    },
    ...[8, 12].map(limit => bigClassesFigure(limit, written)),
    hostsFigure(written),
    listFigure(
      'files over 300 lines',
      long.map(({ file, lines }) => `${lines} ${file}`),
    ),
    { name: 'function length, median / p90', value: quantiles(functions) },
    { name: 'file length, median / p90', value: quantiles(lengths.map(({ lines }) => lines)) },
    circlesFigure(imports),
    ...largestFolderFigures(written),
  ];
}

function listFigure(name: string, made: readonly string[]): Figure {
  return { name, value: String(made.length), made };
}

function bigClassesFigure(limit: number, sources: Sources): Figure {
  const big = [...sources].flatMap(([file, source]) =>
    classesOf(source)
      .filter(({ fields }) => fields.length > limit)
      .map(({ name, fields }) => `${fields.length} ${name} (${file}): ${fields.join(' ')}`),
  );
  return listFigure(`classes over ${limit} fields`, big);
}

function hostsFigure(sources: Sources): Figure {
  const hosts = [...sources].flatMap(([file, source]) =>
    [...codeOnly(source).matchAll(/\binterface (\w+(?:Host|Owner|Listener)|Host|Owner|Listener)\b/g)].map(
      ([, name]) => `${name} (${file})`,
    ),
  );
  return listFigure('host interfaces', hosts);
}

function circlesFigure(imports: readonly Import[]): Figure {
  const inside = imports.filter(({ to }) => to !== undefined);
  const circles = circlesOf(graphOf(inside.map(({ from, to }) => [from, to!])));
  return listFigure(
    'import circles',
    circles.map(circle => `${circle.length} files: ${circle.join(' ')}`),
  );
}

function largestFolderFigures(sources: Sources): Figure[] {
  const counts = new Map<string, number>();
  for (const file of sources.keys()) {
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const told = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([folder, count]) => `${folder}: ${count} files`);
  const apart = told.filter(line => !line.startsWith('protocol:'));
  return [{ name: 'largest folder, protocol apart', value: apart[0]!, made: told }];
}

/** The middle one, and the one that nine of ten do not exceed. */
function quantiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return `${at(0.5)} / ${at(0.9)}`;
}

function printTable(heads: readonly string[], columns: readonly Figure[][]): void {
  const rows = columns[0]!.map(({ name }, i) => [name, ...columns.map(column => column[i]!.value)]);
  const table = [['', ...heads], ...rows];
  const widths = table[0]!.map((_, i) => Math.max(...table.map(row => row[i]!.length)));
  for (const row of table)
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    );
}

function printLists(root: string, figures: readonly Figure[]): void {
  for (const { name, made } of figures) {
    if (!made || made.length === 0) continue;
    console.log(`\n${root}: ${name}`);
    for (const line of made) console.log(`  ${line}`);
  }
}
