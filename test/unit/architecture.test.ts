// The house rules: who may import whom, which packages have one door, no circles, no barrels. From the outside in:
// bin → main → program → commands → run → { signer, relay, input, output, server, sync, check, reference } → { verify,
// mining } → protocol, with flags beside run, and policy under server and sync. Inside relay: wire < link < query and
// publish. The code is read as text.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { circlesOf, graphOf, type Import, importsOf, readSources } from '../support/imports.ts';
import { withoutComments } from '../support/source-text.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SRC = join(ROOT, 'src');

/** The version is read from here: the one file outside src that may be imported. */
const MANIFEST = '../package.json';

const SOURCES = readSources(SRC);
const FILES = [...SOURCES.keys()];
const IMPORTS: readonly Import[] = importsOf(SOURCES).filter(({ to }) => to !== MANIFEST);

const FEATURES = ['signer', 'relay', 'input', 'output', 'server', 'sync', 'check', 'reference'];

/** The height of each room; imports go downwards or stay in the room. */
const HEIGHT: Readonly<Record<string, number>> = {
  main: 60,
  program: 50,
  'command-line': 45,
  commands: 40,
  run: 38,
  flags: 37,
  version: 36,
  context: 35,
  terminal: 34,
  signals: 34,
  deadline: 34,
  ...Object.fromEntries(FEATURES.map(name => [name, 30])),
  policy: 25,
  verify: 20,
  mining: 20,
  protocol: 10,
  encoding: 5,
  'at-most': 5,
  'v8-flags': 5,
  'bug-report': 6,
  folders: 5,
  files: 5,
  'exit-codes': 1,
  errors: 0,
  'failure-codes': -1,
};

/** Inside relay: one socket, one relay's dialogue, and what is done with many. What both read and write need is in link. */
const RELAY_HEIGHT: Readonly<Record<string, number>> = {
  'relay/publish': 3,
  'relay/query': 3,
  'relay/link': 2,
  'relay/wire': 1,
};

/** Between the rooms of one height nothing passes but this. */
const PASSAGES: readonly [from: string, to: string][] = [
  ['signer/bunker.ts', 'relay'],
  ['sync', 'relay'],
  ['check', 'relay'],
  ['reference', 'flags'], // help, completions and tables are made of the tables of flags
];

/** Flags are data and the parsers of their values: of what does things they know the parsers alone. */
const FLAGS_MAY_IMPORT = [
  'errors',
  'protocol',
  'context',
  'encoding',
  'input',
  'relay/wire',
  'signer/sources',
];

/** Who works on the bytes of events. */
const SCANNER_READERS = ['protocol', 'input', 'relay', 'verify', 'output', 'run', 'commands'];

const EXIT_CODE_READERS = ['main', 'program', 'command-line', 'reference', 'commands', 'run'];

/** The folder under src, or the name of a file that lies directly in it. */
function roomOf(file: string): string {
  return file.split('/')[0]!.replace(/\.ts$/, '');
}

/** The folder in a room, such as `relay/wire`; undefined for what lies in the room itself. */
function subRoomOf(file: string): string | undefined {
  const parts = file.split('/');
  return parts.length > 2 ? `${parts[0]}/${parts[1]}` : undefined;
}

/** Why an import between two files of ours is not allowed, or undefined. */
function objection(from: string, to: string): string | undefined {
  const [room, other] = [roomOf(from), roomOf(to)];
  if (other === 'failure-codes') return room === 'protocol' ? 'protocol imports nothing of ours' : undefined;
  if (room === 'errors') return 'errors.ts is a leaf';
  if (other === 'v8-flags') return room === 'main' ? undefined : 'only main sets the flags of V8';
  if (room === 'commands' && other === 'commands') return objectionAmongCommands(from, to);
  if (room === 'relay' && other === 'relay') return objectionInRelay(from, to);
  if (room === other) return undefined;
  if (other === 'errors') return room === 'protocol' ? 'protocol imports nothing of ours' : undefined;
  if (other === 'exit-codes') {
    return EXIT_CODE_READERS.includes(room)
      ? undefined
      : 'exit-codes.ts is for main, program, reference and commands';
  }
  if (subRoomOf(to) === 'protocol/scanner' && !SCANNER_READERS.includes(room))
    return 'the scanner is for what reads and writes streams of events';
  if (room === 'flags' && !FLAGS_MAY_IMPORT.some(place => place === other || place === subRoomOf(to)))
    return 'flags import parsers of values alone';
  if (PASSAGES.some(([a, b]) => (a === from || a === room) && b === other)) return undefined;
  return HEIGHT[room]! > HEIGHT[other]! ? undefined : `${room} must not import ${other}`;
}

/** A verb is a file in a folder of commands; what commands share lies beside these folders, or in run. */
function objectionAmongCommands(from: string, to: string): string | undefined {
  if (subRoomOf(from) === undefined) {
    return subRoomOf(to) === undefined || from === 'commands/index.ts'
      ? undefined
      : 'only the list knows the verbs';
  }
  return to === 'commands/command.ts' ? undefined : 'a verb imports no other verb, nor the list of them';
}

function objectionInRelay(from: string, to: string): string | undefined {
  const [place, other] = [subRoomOf(from), subRoomOf(to)];
  if (place === undefined || other === undefined) return 'every file of relay lies in one of its rooms';
  if (place === other) return undefined;
  return RELAY_HEIGHT[place]! > RELAY_HEIGHT[other]! ? undefined : `${place} must not import ${other}`;
}

/** A room with folders in it counts as one place, except that its own files are looked at one by one. */
function placeOf(file: string): string {
  return subRoomOf(file) ?? file;
}

/** The circles among the places of the files, type imports counted. */
function circlesBy(place: (file: string) => string): string[][] {
  const inside = IMPORTS.filter(({ to }) => to !== undefined);
  return circlesOf(graphOf(inside.map(({ from, to }) => [place(from), place(to!)])));
}

/** The only files that may import a package, or this module of node; a name ending in / is a folder. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  ws: ['relay/wire/', 'server/'],
  keytar: ['signer/stores/keychain-helper.ts'],
  chalk: ['output/style.ts'],
  'string-width': ['output/pretty/measure.ts'],
  commander: ['flags/command-words.ts'],
  koffi: ['verify/'],
  socks: ['relay/wire/socks.ts'],
  lmdb: ['server/store/lmdb/lmdb-tables.ts'],
  yaml: ['run/articles/front-matter.ts'],
  'tiny-secp256k1': ['verify/', 'signer/bulk-signing.ts'],
  'node:v8': ['main.ts', 'v8-flags.ts'],
};

const HEAVY = ['keytar', 'koffi', 'lmdb'];

/** `@scope/name/sub` → `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Whether this file may import this package. */
function entersByDoor(from: string, specifier: string): boolean {
  const doors = DOORS[packageOf(specifier)];
  return !doors || doors.some(door => (door.endsWith('/') ? from.startsWith(door) : from === door));
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

const PACKAGES = IMPORTS.filter(({ to, specifier }) => to === undefined && !isBuiltin(specifier));

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

  test('form no circle of files, type imports counted', () => {
    assert.deepEqual(
      circlesBy(file => file),
      [],
    );
  });

  test('form no circle of rooms', () => {
    assert.deepEqual(circlesBy(roomOf), []);
    assert.deepEqual(circlesBy(placeOf), []);
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
    const wrong = IMPORTS.filter(
      ({ from, to, specifier }) => to === undefined && !entersByDoor(from, specifier),
    );
    assert.deepEqual(
      wrong.map(({ from, specifier }) => `${from}: ${specifier}`),
      [],
    );
  });

  test('that are heavy load lazily', () => {
    const wrong = PACKAGES.filter(
      ({ specifier, lazy, erased }) => HEAVY.includes(packageOf(specifier)) && !lazy && !erased,
    );
    assert.deepEqual(
      wrong.map(({ from, specifier }) => `${from}: ${specifier}`),
      [],
    );
  });

  test('in protocol are @noble and @scure alone: it runs where there is no Node', () => {
    // The library is built with another file in the place of crypto.ts.
    const inProtocol = IMPORTS.filter(
      ({ from }) => roomOf(from) === 'protocol' && from !== 'protocol/crypto.ts',
    );
    const outside = inProtocol.filter(({ to }) => to === undefined);
    const wrong = outside.filter(({ specifier }) => !/^(?:@noble\/|@scure\/)/.test(specifier));
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

describe('the host', () => {
  test('has its V8 flags set by the program alone, never by what may be a library', () => {
    const setters = [...SOURCES].filter(([, source]) =>
      /\bsetFlagsFromString\b/.test(withoutComments(source)),
    );
    assert.deepEqual(
      setters.map(([file]) => file).filter(file => !['main.ts', 'v8-flags.ts'].includes(file)),
      [],
    );
  });

  test('gets its exit code from main, from a raised signal, and from a program of its own', () => {
    const enders = [...SOURCES].filter(([, source]) => /\bprocess\.exit/.test(withoutComments(source)));
    const known = ['main.ts', 'signals.ts', 'signer/stores/keychain-helper.ts'];
    assert.deepEqual(
      enders.map(([file]) => file).filter(file => !known.includes(file)),
      [],
    );
  });
});

/** Papers that a reader of this repository does not have. */
const ELSEWHERE = /\bcontract\b|§\s?\d|\brelay-quirks\b|\b(?:keychain|architecture)\.md\b|\bshared\//i;

describe('the text of src', () => {
  test('cites no document that is not in the repository', () => {
    const citing = [...SOURCES].filter(([, source]) => ELSEWHERE.test(source)).map(([file]) => file);
    assert.deepEqual(citing, []);
  });
});

describe('the rules themselves', () => {
  test('forbid what points outward or sideways', () => {
    const forbidden = [
      ['protocol/event.ts', 'errors.ts'],
      ['protocol/event.ts', 'verify/noble.ts'],
      ['relay/query/query.ts', 'signer/signer.ts'],
      ['signer/local.ts', 'relay/link/connection.ts'],
      ['output/log.ts', 'commands/query/req.ts'],
      ['relay/query/query.ts', 'exit-codes.ts'],
      ['errors.ts', 'protocol/event.ts'],
      ['run/relays.ts', 'commands/command.ts'],
      ['flags/values.ts', 'run/relays.ts'],
      ['flags/values.ts', 'relay/query/query.ts'],
      ['flags/values.ts', 'signer/ladder.ts'],
      ['server/hub.ts', 'protocol/scanner/event-scanner.ts'],
      ['verify/noble.ts', 'relay/wire/socket.ts'],
    ] as const;
    for (const [from, to] of forbidden) assert.ok(objection(from, to), `${from} may import ${to}`);
  });

  test('forbid a verb to know another verb, or the list of verbs', () => {
    assert.ok(objection('commands/query/req.ts', 'commands/query/count.ts'));
    assert.ok(objection('commands/query/req.ts', 'commands/events/publish.ts'));
    assert.ok(objection('commands/shell/completion.ts', 'commands/index.ts'));
    assert.ok(objection('commands/declare.ts', 'commands/query/req.ts'));
    assert.equal(objection('commands/index.ts', 'commands/query/req.ts'), undefined);
    assert.equal(objection('commands/query/req.ts', 'commands/command.ts'), undefined);
  });

  test('forbid the rooms of relay to look upwards or at one another', () => {
    assert.ok(objection('relay/wire/socket.ts', 'relay/link/connection.ts'));
    assert.ok(objection('relay/link/connection.ts', 'relay/query/query.ts'));
    assert.ok(objection('relay/query/query.ts', 'relay/publish/publisher.ts'));
    assert.ok(objection('relay/publish/publisher.ts', 'relay/query/query.ts'));
    assert.ok(objection('relay/pool.ts', 'relay/link/connection.ts'));
    assert.equal(objection('relay/publish/publisher.ts', 'relay/link/connection.ts'), undefined);
    assert.equal(objection('relay/query/query.ts', 'relay/wire/socket.ts'), undefined);
  });

  test('let main alone set the flags of V8', () => {
    assert.ok(objection('relay/link/connection.ts', 'v8-flags.ts'));
    assert.ok(objection('run/relays.ts', 'v8-flags.ts'));
    assert.equal(objection('main.ts', 'v8-flags.ts'), undefined);
  });

  test('keep packages to their doors', () => {
    assert.ok(!entersByDoor('relay/link/connection.ts', 'ws'));
    assert.ok(!entersByDoor('run/relays.ts', 'node:v8'));
    assert.ok(!entersByDoor('relay/wire/socket.ts', 'koffi'));
    assert.ok(!entersByDoor('run/relays.ts', 'commander'));
    assert.ok(entersByDoor('relay/wire/socket.ts', 'ws'));
    assert.ok(entersByDoor('relay/link/connection.ts', 'node:events'));
  });

  test('allow what points inward', () => {
    const allowed = [
      ['commands/query/req.ts', 'relay/query/query.ts'],
      ['relay/link/connection.ts', 'verify/verifier.ts'],
      ['signer/bunker.ts', 'relay/link/connection.ts'],
      ['check/nip01.ts', 'relay/wire/socket.ts'],
      ['server/server.ts', 'errors.ts'],
      ['commands/shell/help.ts', 'exit-codes.ts'],
      ['flags/network-flags.ts', 'relay/wire/proxy.ts'],
      ['run/relays.ts', 'flags/network-flags.ts'],
      ['input/event-values.ts', 'protocol/scanner/event-scanner.ts'],
    ] as const;
    for (const [from, to] of allowed) assert.equal(objection(from, to), undefined);
  });

  test('know a citation', () => {
    assert.ok(ELSEWHERE.test('// as the table says (contract §3)'));
    assert.ok(ELSEWHERE.test('// (relay-quirks: strfry)'));
    assert.ok(!ELSEWHERE.test('// "CLOSED" (NIP-01)'));
  });

  test('count a room within a room as one place', () => {
    assert.equal(placeOf('relay/wire/socket.ts'), 'relay/wire');
    assert.equal(placeOf('verify/threads/deep/pool.ts'), 'verify/threads');
    assert.equal(placeOf('verify/verifier.ts'), 'verify/verifier.ts');
    assert.equal(placeOf('main.ts'), 'main.ts');
  });

  test('find barrels', () => {
    assert.ok(isBarrel("// all\nexport { a } from './a.ts';\nexport type { B } from './b.ts';\n"));
    assert.ok(isBarrel("export * from './a.ts';\nexport const x = 1;\n"));
    assert.ok(!isBarrel("import { a } from './a.ts';\nexport { a };\nexport const x = a;\n"));
  });

  test('read the files of this repository', () => {
    assert.ok(FILES.includes('protocol/event.ts'));
    assert.ok(IMPORTS.length > 20);
    assert.ok(IMPORTS.some(({ erased }) => erased));
  });
});
