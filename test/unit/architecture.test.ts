// The house rules: who may import whom, which packages have one door, no cycles, no barrels.
// The rules are the section "Who may import whom" of the architecture; the code is read as text.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix, resolve, sep } from 'node:path';
import { describe, test } from 'node:test';

const ROOT = resolve(import.meta.dirname, '../..');
const SRC = join(ROOT, 'src');

interface Import {
  /** The importing file, relative to src, with slashes. */
  from: string;
  specifier: string;
  /** The imported file relative to src; undefined for packages and node's own modules. */
  to: string | undefined;
  lazy: boolean;
  /** `import type`: gone at run time. */
  erased: boolean;
}

/** The version is read from here: the one file outside src that may be imported. */
const MANIFEST = '../package.json';

/** The source without comments, so that prose about imports is not taken for one. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

function specifiersOf(source: string): Pick<Import, 'specifier' | 'lazy' | 'erased'>[] {
  const code = withoutComments(source);
  const fixed = code.matchAll(/^\s*(?:import|export)\b(\s+type\b)?(?:[^'"`;]*?\bfrom)?\s*(['"])([^'"]+)\2/gm);
  const lazy = code.matchAll(/\b(?:import|require|createRequire\([^)]*\))\(\s*(['"`])([^'"`]+)\1/g);
  return [
    ...[...fixed].map(match => ({ specifier: match[3]!, lazy: false, erased: match[1] !== undefined })),
    ...[...lazy].map(match => ({ specifier: match[2]!, lazy: true, erased: false })),
  ];
}

const FILES = (readdirSync(SRC, { recursive: true }) as string[])
  .filter(name => name.endsWith('.ts'))
  .map(name => name.split(sep).join('/'))
  .sort();

const SOURCES = new Map(FILES.map(file => [file, readFileSync(join(SRC, file), 'utf8')]));

const IMPORTS: Import[] = FILES.flatMap(from =>
  specifiersOf(SOURCES.get(from)!).map(({ specifier, ...how }) => ({
    from,
    specifier,
    ...how,
    to: specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined,
  })),
).filter(({ to }) => to !== MANIFEST);

const FEATURES = ['signer', 'relay', 'input', 'output', 'server', 'sync', 'check'];

/** The height of each room; imports go downwards or stay in the room. */
const HEIGHT: Readonly<Record<string, number>> = {
  main: 60,
  program: 50,
  'command-line': 45,
  commands: 40,
  reference: 39,
  run: 38,
  flags: 37,
  version: 36,
  context: 35,
  terminal: 34,
  signals: 34,
  ...Object.fromEntries(FEATURES.map(name => [name, 30])),
  verify: 20,
  protocol: 10,
  garbage: 5,
  'exit-codes': 1,
  errors: 0,
};

/** Between the rooms of one height nothing passes but this. */
const PASSAGES: readonly [from: string, to: string][] = [
  ['signer/bunker.ts', 'relay'],
  ['sync', 'relay'],
  ['check', 'relay'],
];

const EXIT_CODE_READERS = ['main', 'program', 'command-line', 'reference', 'commands', 'run'];

/** The folder under src, or the name of a file that lies directly in it. */
function roomOf(file: string): string {
  return file.split('/')[0]!.replace(/\.ts$/, '');
}

/** Why an import between two files of ours is not allowed, or undefined. */
function objection(from: string, to: string): string | undefined {
  const [room, other] = [roomOf(from), roomOf(to)];
  if (room === other) return undefined;
  if (room === 'errors') return 'errors.ts is a leaf';
  if (other === 'errors') return room === 'protocol' ? 'protocol imports nothing of ours' : undefined;
  if (other === 'exit-codes') {
    return EXIT_CODE_READERS.includes(room)
      ? undefined
      : 'exit-codes.ts is for main, program, reference and commands';
  }
  if (PASSAGES.some(([a, b]) => (a === from || a === room) && b === other)) return undefined;
  return HEIGHT[room]! > HEIGHT[other]! ? undefined : `${room} must not import ${other}`;
}

/** The only files that may import a package; a name ending in / is a folder. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  ws: ['relay/wire/socket.ts', 'server/server.ts'],
  keytar: ['signer/stores/keychain-helper.ts'],
  chalk: ['output/style.ts'],
  commander: ['flags/command-words.ts'],
  koffi: ['verify/'],
  socks: ['relay/wire/socks.ts'],
  lmdb: ['server/lmdb-store.ts'],
};

const HEAVY = ['keytar', 'koffi', 'lmdb'];

/** `@scope/name/sub` → `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

const PACKAGES = IMPORTS.filter(({ to, specifier }) => to === undefined && !isBuiltin(specifier));

/** The first cycle among files, or undefined. */
function cycleIn(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of edges.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of edges.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** A barrel passes other modules on and has nothing of its own; `export *` hides where a name comes from. */
function isBarrel(source: string): boolean {
  const code = withoutComments(source);
  if (/^\s*export\s*\*/m.test(code)) return true;
  const rest = code.replace(/^\s*(?:import|export)\b[^'"`;=(]*\bfrom\s*['"][^'"]+['"];?/gm, '');
  return rest.replace(/^\s*export\s*(?:type\s*)?\{[^}]*\};?/gm, '').trim() === '';
}

describe('imports', () => {
  test('every file lies in a room of the plan', () => {
    assert.deepEqual(
      FILES.filter(file => HEIGHT[roomOf(file)] === undefined),
      [],
    );
  });

  test('point inward', () => {
    const wrong = IMPORTS.flatMap(({ from, to }) => {
      const why = to === undefined ? undefined : objection(from, to);
      return why ? [`${from} imports ${to}: ${why}`] : [];
    });
    assert.deepEqual(wrong, []);
  });

  test('lead to files that exist, inside src', () => {
    const wrong = IMPORTS.filter(({ to }) => to !== undefined && !SOURCES.has(to));
    assert.deepEqual(
      wrong.map(({ from, specifier }) => `${from}: ${specifier}`),
      [],
    );
  });

  test('form no cycle', () => {
    const loaded = IMPORTS.filter(({ to, erased }) => to !== undefined && !erased);
    const edges = new Map(
      FILES.map(file => [file, loaded.filter(({ from }) => from === file).map(({ to }) => to!)]),
    );
    assert.equal(cycleIn(edges), undefined);
  });

  test('go through no barrel', () => {
    assert.deepEqual(
      FILES.filter(file => isBarrel(SOURCES.get(file)!)),
      [],
    );
  });
});

describe('packages', () => {
  test('are dependencies of the program, not of its tests', () => {
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    );
    const allowed = new Set(Object.keys({ ...dependencies, ...optionalDependencies }));
    const wrong = PACKAGES.filter(({ specifier }) => !allowed.has(packageOf(specifier)));
    assert.deepEqual(
      wrong.map(({ from, specifier }) => `${from}: ${specifier}`),
      [],
    );
  });

  test('enter by their door', () => {
    const wrong = PACKAGES.filter(({ from, specifier }) => {
      const doors = DOORS[packageOf(specifier)];
      return doors && !doors.some(door => (door.endsWith('/') ? from.startsWith(door) : from === door));
    });
    assert.deepEqual(
      wrong.map(({ from, specifier }) => `${from}: ${specifier}`),
      [],
    );
  });

  test('that are heavy load lazily', () => {
    const wrong = PACKAGES.filter(({ specifier, lazy }) => HEAVY.includes(packageOf(specifier)) && !lazy);
    assert.deepEqual(
      wrong.map(({ from, specifier }) => `${from}: ${specifier}`),
      [],
    );
  });

  test('in protocol are @noble, @scure and node:crypto alone', () => {
    const outside = IMPORTS.filter(({ from, to }) => roomOf(from) === 'protocol' && to === undefined);
    const wrong = outside.filter(({ specifier }) => !/^(?:@noble\/|@scure\/|node:crypto$)/.test(specifier));
    assert.deepEqual(
      wrong.map(({ from, specifier }) => `${from}: ${specifier}`),
      [],
    );
  });

  test('of node are imported with their prefix', () => {
    const wrong = IMPORTS.filter(({ specifier }) => builtinModules.includes(specifier));
    assert.deepEqual(
      wrong.map(({ from, specifier }) => `${from}: ${specifier}`),
      [],
    );
  });
});

describe('protocol', () => {
  const sources = [...SOURCES].filter(([file]) => roomOf(file) === 'protocol');

  test('has no clock, no process and no output', () => {
    const impure =
      /\bDate\.now\b|\bnew Date\(\)|\bprocess\.(?!getBuiltinModule)|\bconsole\.|\bMath\.random\b|\bset(?:Timeout|Interval)\b/;
    assert.deepEqual(
      sources.filter(([, source]) => impure.test(withoutComments(source))).map(([file]) => file),
      [],
    );
  });

  test('has a unit test for each file', () => {
    const missing = sources
      .filter(([file]) => !/\/assembly\/|\.(wasm|d)\.ts$/.test(file)) // tested by what uses them
      .map(([file]) => `test/unit/${file.replace(/\.ts$/, '.test.ts')}`)
      .filter(path => !existsSync(join(ROOT, path)));
    assert.deepEqual(missing, []);
  });
});

describe('the rules themselves', () => {
  test('see every way to import', () => {
    const source = [
      "import a from './a.ts';",
      'import "./b.ts";',
      "import type { C,\n  D } from './c.ts';",
      "export { e } from './e.ts';",
      "const f = await import('./f.ts');",
      "// import x from './no.ts';",
      "/* import('./no.ts') */",
      "const text = 'nothing';",
    ].join('\n');
    assert.deepEqual(
      specifiersOf(source).map(
        ({ specifier, lazy, erased }) => specifier + (lazy ? ' lazy' : '') + (erased ? ' erased' : ''),
      ),
      ['./a.ts', './b.ts', './c.ts erased', './e.ts', './f.ts lazy'],
    );
  });

  test('forbid what points outward or sideways', () => {
    assert.ok(objection('protocol/event.ts', 'errors.ts'));
    assert.ok(objection('protocol/event.ts', 'verify/noble.ts'));
    assert.ok(objection('relay/pool.ts', 'signer/signer.ts'));
    assert.ok(objection('signer/local.ts', 'relay/pool.ts'));
    assert.ok(objection('output/log.ts', 'commands/req.ts'));
    assert.ok(objection('relay/pool.ts', 'exit-codes.ts'));
    assert.ok(objection('errors.ts', 'protocol/event.ts'));
  });

  test('allow what points inward', () => {
    assert.equal(objection('commands/req.ts', 'relay/pool.ts'), undefined);
    assert.equal(objection('relay/pool.ts', 'verify/verifier.ts'), undefined);
    assert.equal(objection('signer/bunker.ts', 'relay/pool.ts'), undefined);
    assert.equal(objection('check/nip01.ts', 'relay/socket.ts'), undefined);
    assert.equal(objection('server/server.ts', 'errors.ts'), undefined);
    assert.equal(objection('commands/help.ts', 'exit-codes.ts'), undefined);
  });

  test('find cycles and barrels', () => {
    const edges = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ]);
    assert.deepEqual(cycleIn(edges), ['b', 'c', 'b']);
    assert.ok(isBarrel("// all\nexport { a } from './a.ts';\nexport type { B } from './b.ts';\n"));
    assert.ok(isBarrel("export * from './a.ts';\nexport const x = 1;\n"));
    assert.ok(!isBarrel("import { a } from './a.ts';\nexport { a };\nexport const x = a;\n"));
  });

  test('read the files of this repository', () => {
    assert.ok(FILES.includes('protocol/event.ts'));
    assert.ok(IMPORTS.length > 20);
  });
});
