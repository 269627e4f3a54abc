import assert from 'node:assert/strict';
import test from 'node:test';
import { circlesOf, graphOf, importsOf, reachable, specifiersOf } from '../../support/imports.ts';

function told(source: string): string[] {
  return specifiersOf(source).map(
    ({ specifier, lazy, erased }) => specifier + (lazy ? ' lazy' : '') + (erased ? ' type' : ''),
  );
}

test('every way to import is seen', () => {
  const source = [
    "import a from './a.ts';",
    'import "./b.ts";',
    "import type { C,\n  D } from './c.ts';",
    "export { e } from './e.ts';",
    "export * from './all.ts';",
    "const f = await import('./f.ts');",
    "const [g, h] = await Promise.all([import('./g.ts'), import('./h.ts')]);",
    "let i: typeof import('./i.ts') | undefined;",
    "const j = require('./j.cjs');",
  ].join('\n');
  assert.deepEqual(told(source), [
    './a.ts',
    './b.ts',
    './c.ts type',
    './e.ts',
    './all.ts',
    './f.ts lazy',
    './g.ts lazy',
    './h.ts lazy',
    './i.ts type',
    './j.cjs lazy',
  ]);
});

test('an import of types alone is a type import, however it is written', () => {
  assert.deepEqual(told("import { type A, type B } from './a.ts';"), ['./a.ts type']);
  assert.deepEqual(told("import {\n  type A,\n  type B,\n} from './a.ts';"), ['./a.ts type']);
  assert.deepEqual(told("import { type A, b } from './a.ts';"), ['./a.ts']);
  assert.deepEqual(told("import {} from './a.ts';"), ['./a.ts']);
  assert.deepEqual(told("import type from './a.ts';"), ['./a.ts']);
  assert.deepEqual(told("export type { A } from './a.ts';"), ['./a.ts type']);
});

test('what only looks like an import is none', () => {
  assert.deepEqual(told("// import x from './no.ts';\n/* import('./no.ts') */\n"), []);
  assert.deepEqual(told("export const text = 'nothing';\nexport function from() { return 'x'; }\n"), []);
});

test('an import is resolved against the file it stands in', () => {
  const sources = new Map([['relay/wire/socket.ts', "import '../../errors.ts';\nimport 'ws';\n"]]);
  assert.deepEqual(
    importsOf(sources).map(({ to }) => to),
    ['errors.ts', undefined],
  );
});

test('circles are found, and each is told once', () => {
  const graph = graphOf([
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'b'],
    ['c', 'd'],
    ['e', 'f'],
    ['f', 'e'],
    ['g', 'g'],
  ]);
  assert.deepEqual(circlesOf(graph), [
    ['b', 'c'],
    ['e', 'f'],
  ]);
  assert.deepEqual([...reachable(graph, 'b')].sort(), ['b', 'c', 'd']);
});
