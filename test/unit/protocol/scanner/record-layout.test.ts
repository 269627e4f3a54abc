import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldAt, RECORD_FIELDS, RECORD_SIZE } from '../../../../src/protocol/scanner/record-layout.ts';

const NAMES = Object.keys(RECORD_FIELDS) as (keyof typeof RECORD_FIELDS)[];

test('each field of a record begins where the one before it ends, and the last ends the record', () => {
  let end = 0;
  for (const name of NAMES) {
    assert.equal(fieldAt(name), end, name);
    end += RECORD_FIELDS[name];
  }
  assert.equal(RECORD_SIZE, end);
});

test('numbers lie where arrays of numbers can hold them, in this record and in the next', () => {
  assert.equal(fieldAt('CREATED_AT') % 8, 0);
  assert.equal(RECORD_SIZE % 8, 0);
  for (const name of NAMES) assert.equal(fieldAt(name) % 4, 0, name);
});
