import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  editedProfile,
  formatProfile,
  InvalidProfile,
  parseProfile,
  profileText,
  profileValue,
} from '../../../src/protocol/nip24.ts';

describe('a profile', () => {
  test('keeps the fields that are not spoken of, as they were written and in their order', () => {
    const before = parseProfile('{"z":1.0,"name":"a","constructor":[ 1 ],"name":"b","__proto__":2}');
    const edit = { set: new Map([['name', '"c"']]), unset: ['z', 'nobody'] };
    assert.equal(formatProfile(editedProfile(before, edit)), '{"name":"c","constructor":[1],"__proto__":2}');
  });

  test('has no text in a field that it inherits', () => {
    assert.equal(profileText(parseProfile('{}'), 'constructor'), undefined);
    assert.equal(profileText(parseProfile('{"name":7}'), 'name'), undefined);
  });

  test('a birthday has numbers, and no other parts', () => {
    for (const text of ['1990', '{"year":"1990"}', '{"era":1}', '{"year":99999}'])
      assert.throws(() => profileValue('birthday', text), InvalidProfile, text);
    assert.equal(profileValue('birthday', '{"month":5,"day":1}'), '{"month":5,"day":1}');
  });
});
