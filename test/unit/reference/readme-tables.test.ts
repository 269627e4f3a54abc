import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exitCodeTable, replaceSection } from '../../../src/reference/readme-tables.ts';

describe('the README tables', () => {
  test('every exit code that scripts know has its row', () => {
    const codes = [...exitCodeTable().matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    assert.deepEqual(codes, [0, 1, 2, 3, 4, 5, 6, 7, 70, 124, 130]);
  });

  test('a section is replaced between its marks, and nothing else', () => {
    const text = 'a\n<!-- x -->\nold\n<!-- /x -->\nb';
    assert.equal(replaceSection(text, 'x', 'new'), 'a\n<!-- x -->\nnew\n<!-- /x -->\nb');
  });

  test('a section that is not there is an error, not a silent loss', () => {
    assert.throws(() => replaceSection('nothing', 'x', 'new'), /no section x/);
  });
});
