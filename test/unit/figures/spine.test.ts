import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import test from 'node:test';
import { closureOf, isApart, isLeaf, longestChain } from '../../figures/spine.ts';
import { importsOf, readSources } from '../../support/imports.ts';

const SMALL = importsOf(
  new Map([
    ['main.ts', "import './errors.ts';\nawait import('./command-line.ts');"],
    [
      'command-line.ts',
      "await import('./commands/query/req.ts'); await import('./commands/query/count.ts');",
    ],
    [
      'commands/query/req.ts',
      "import '../../relay/query/query.ts';\nimport type { A } from '../../signer/a.ts';",
    ],
    ['relay/query/query.ts', "import '../wire/socket.ts';\nimport '../link/connection.ts';"],
    ['relay/link/connection.ts', "import '../wire/socket.ts';\nawait import('../wire/novelty.ts');"],
    ['relay/wire/socket.ts', "import '../../errors.ts';\nimport 'ws';"],
  ]),
);

test('a closure follows values, and lazy imports where the verb takes them', () => {
  const { loaded, undecided } = closureOf(SMALL, 'req');
  assert.deepEqual([...loaded].sort(), [
    'command-line.ts',
    'commands/query/req.ts',
    'errors.ts',
    'main.ts',
    'relay/link/connection.ts',
    'relay/query/query.ts',
    'relay/wire/socket.ts',
  ]);
  assert.deepEqual(undecided, ['relay/link/connection.ts → relay/wire/novelty.ts']);
});

test('the longest chain leads from main to the socket', () => {
  assert.deepEqual(longestChain(closureOf(SMALL, 'req')), [
    'main.ts',
    'command-line.ts',
    'commands/query/req.ts',
    'relay/query/query.ts',
    'relay/link/connection.ts',
    'relay/wire/socket.ts',
  ]);
});

test('a leaf imports nothing of ours but protocol and errors', () => {
  const { graph } = closureOf(SMALL, 'req');
  assert.ok(isLeaf('relay/wire/socket.ts', graph));
  assert.ok(!isLeaf('relay/link/connection.ts', graph));
});

test('protocol and the parsing of flags are no part of a spine', () => {
  assert.ok(isApart('protocol/event.ts'));
  assert.ok(isApart('flags/values.ts'));
  assert.ok(isApart('command-line.ts'));
  assert.ok(!isApart('commands/query/req.ts'));
  assert.ok(!isApart('relay/wire/socket.ts'));
});

test('it is decided of every lazy import whether a plain command takes it', () => {
  const imports = importsOf(readSources(resolve(import.meta.dirname, '../../../src')));
  assert.deepEqual(closureOf(imports, 'req').undecided, []);
  assert.deepEqual(closureOf(imports, 'publish').undecided, []);
});
