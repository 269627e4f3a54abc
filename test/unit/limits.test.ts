// How large a part of src may grow before it needs another cut.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import { classesOf, lineCount } from '../support/code-shape.ts';
import { readSources } from '../support/imports.ts';

const FILES_IN_A_FOLDER = 16;
const LINES = 300;
const LONG_FILES = 2;
const FIELDS = 12;

/** A NIP is a file here, however many there are. */
const UNBOUNDED_FOLDER = 'protocol';

/** Tables, what is generated, and the scanner: cut, they would be no easier to read. */
const UNBOUNDED_FILES = /^(?:protocol\/(?:kind-names\.ts|scanner\/)|commands\/index\.ts$)|\.wasm\.ts$/;

const SOURCES = readSources(resolve(import.meta.dirname, '../../src'));

/** The folders with more files in them than there may be. */
function crowdedFolders(files: Iterable<string>): string[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    const folder = file.split('/').slice(0, -1).join('/');
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([folder, count]) => folder !== UNBOUNDED_FOLDER && count > FILES_IN_A_FOLDER)
    .map(([folder, count]) => `${folder}: ${count} files`);
}

function longFiles(sources: ReadonlyMap<string, string>): string[] {
  return [...sources]
    .filter(([file, source]) => !UNBOUNDED_FILES.test(file) && lineCount(source) > LINES)
    .map(([file]) => file);
}

function bigClasses(sources: ReadonlyMap<string, string>): string[] {
  return [...sources].flatMap(([file, source]) =>
    classesOf(source)
      .filter(({ fields }) => fields.length > FIELDS)
      .map(({ name, fields }) => `${file}: ${name} has ${fields.length} fields`),
  );
}

describe('limits', () => {
  test(`no folder has more than ${FILES_IN_A_FOLDER} source files`, () => {
    assert.deepEqual(crowdedFolders(SOURCES.keys()), []);
  });

  test(`at most ${LONG_FILES} files are longer than ${LINES} lines`, () => {
    const long = longFiles(SOURCES);
    assert.ok(long.length <= LONG_FILES, long.join(', '));
  });

  test(`no class has more than ${FIELDS} fields`, () => {
    assert.deepEqual(bigClasses(SOURCES), []);
  });

  test('can be passed', () => {
    const seventeen = Array.from({ length: 17 }, (_, i) => `f${i}.ts`);
    assert.deepEqual(crowdedFolders(seventeen.map(name => `relay/wire/${name}`)), ['relay/wire: 17 files']);
    assert.deepEqual(crowdedFolders(seventeen.map(name => `protocol/${name}`)), []);
    assert.deepEqual(crowdedFolders(seventeen.slice(1)), []);

    const lines = 'a;\n'.repeat(301);
    assert.deepEqual(
      longFiles(
        new Map([
          ['run/a.ts', lines],
          ['protocol/kind-names.ts', lines],
          ['run/b.ts', 'a;\n'.repeat(300)],
        ]),
      ),
      ['run/a.ts'],
    );

    const fields = seventeen.slice(0, 13).map(name => `  #${name.slice(0, -3)} = 1;\n`);
    const big = `class Big {\n${fields.join('')}}\n`;
    const fits = `class Fits {\n${fields.slice(1).join('')}}\n`;
    assert.deepEqual(bigClasses(new Map([['run/a.ts', big + fits]])), ['run/a.ts: Big has 13 fields']);
  });
});
