// What is odd about the fields of a profile.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { oddField } from '../../../src/protocol/profile-fields.ts';

describe('a field of a profile', () => {
  for (const [field, text, odd] of [
    ['name', 'bob', undefined],
    ['pronouns', 'they', undefined],
    ['nmae', 'bob', /read name, not "nmae"/],
    ['Name', 'bob', /read name, not "Name"/],
    ['displayName', 'bob', /read display_name/],
    ['username', 'bob', /read name/],
    ['constructor', 'bob', undefined],
    ['nip05', '_@example.com', undefined],
    ['nip05', 'bob', /nip05 is a name such as/],
    ['nip05', '', undefined],
    ['lud16', 'bob@example.com', undefined],
    ['lud16', 'lnurl1x', /lud16 is a lightning address/],
    ['picture', 'me.png', /picture is a URL/],
    ['banner', 'https://example.com/b.png', undefined],
    ['website', 'example.com', undefined],
  ] as const)
    test(`${field}: ${text} is ${odd ? 'told' : 'nothing odd'}`, () => {
      if (odd) assert.match(oddField(field, text)!, odd);
      else assert.equal(oddField(field, text), undefined);
    });

  test('that is there already may be called as it likes, and has a value that fits all the same', () => {
    assert.equal(oddField('username', 'bob', true), undefined);
    assert.match(oddField('nip05', 'bob', true)!, /nip05/);
  });
});
