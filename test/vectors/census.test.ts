// Every published vector file has a test that reads it, and those of the NIPs that the program speaks are read whole.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { describeVectors, unreadOf, VECTORS, watched } from '../support/vectors.ts';

/** Of these each file is read to its last value (`describeWhole`). */
/** Folders, or files. */
const WHOLE = [
  'nip04',
  'nip05',
  'nip06',
  'nip13',
  'nip19',
  'nip21',
  'nip26',
  'nip44',
  'nip45',
  'nip49',
  'nip59',
];

/** What no command needs yet. */
const LATER: readonly RegExp[] = [
  /^nip46-47\//, // bunkers and wallets
  /^nip57\/nip57-spec-example\.json$/, // zaps
];

const TESTS = resolve(import.meta.dirname, '..');
const sources = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.ts$/.test(name) && !name.endsWith('census.test.ts'))
  .map(name => ({ name, text: readFileSync(join(TESTS, name), 'utf8') }));

describeVectors('census', () => {
  const files = readdirSync(VECTORS, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !/^(?:README\.md|LICENSE.*)$/.test(entry.name))
    .map(entry => relative(VECTORS, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();

  test('every file is read by a test', () => {
    // By its name, or with all of an inner folder.
    const reads = (text: string, file: string) =>
      text.includes(`'${file}'`) || (dirname(file).includes('/') && text.includes(`'${dirname(file)}'`));
    const unread = files.filter(file => !sources.some(({ text }) => reads(text, file)));
    assert.deepEqual(
      unread.filter(file => !LATER.some(later => later.test(file))),
      [],
    );
  });

  test('every file of the NIPs that the program speaks is read whole', () => {
    const isIn = (place: string) => (file: string) => file === place || file.startsWith(`${place}/`);
    const whole = WHOLE.flatMap(place => files.filter(isIn(place)));
    assert.ok(WHOLE.every(place => whole.some(isIn(place))));
    // Named in a call of describeWhole, or in the list of a loop around one.
    const isWhole = (text: string, file: string) => {
      const rest = text.split(`'${file}'`)[0]!;
      const statement = rest.slice(rest.lastIndexOf('\n\n'));
      return /describeWhole\(\s*$/.test(rest) || /for \(const file of \[[^\]]*$/.test(statement);
    };
    assert.deepEqual(
      whole.filter(file => !sources.some(({ text }) => text.includes(`'${file}'`) && isWhole(text, file))),
      [],
    );
  });
});

test('a value that no test reads is named', () => {
  const data = {
    source: 'x',
    cases: [
      { a: 1, b: { c: [2, 3] } },
      { a: 1, b: { c: [] } },
    ],
    more: 5,
  };
  const read = new Set<string>();
  const { cases } = watched(data, '', read);
  for (const { a } of cases) assert.equal(a, 1);
  assert.deepEqual(unreadOf(data, read, ['source']), ['/cases/N/b/c/N', '/more']);
  assert.deepEqual(cases[0]!.b, { c: [2, 3] });
  assert.deepEqual(unreadOf(data, read, ['source', 'more']), []);
});
