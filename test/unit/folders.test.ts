// Where the files of the program lie, whatever the environment holds.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { homeOf, makeFolder, ownFolder } from '../../src/folders.ts';

const base = mkdtempSync(join(tmpdir(), 'nost-folders-'));
after(() => rmSync(base, { recursive: true }));

describe('the folder of a variable', () => {
  test('is what the variable says', () => {
    assert.equal(ownFolder({ XDG_CONFIG_HOME: '/c', HOME: '/h' }, 'XDG_CONFIG_HOME'), '/c/nost');
  });

  for (const value of [undefined, '', '.', 'here', './here', '~/x'])
    test(`lies in the home when the variable is ${value}`, () => {
      assert.equal(ownFolder({ XDG_DATA_HOME: value, HOME: '/h' }, 'XDG_DATA_HOME'), '/h/.local/share/nost');
    });

  for (const home of [undefined, '', '.', 'here'])
    test(`is none when the home is ${home}`, () => {
      assert.equal(ownFolder({ HOME: home }, 'XDG_DATA_HOME'), undefined);
    });
});

describe('the home', () => {
  test('is HOME when that is absolute', () => {
    assert.equal(
      homeOf({ HOME: '/h' }, () => assert.fail('the database is not asked')),
      '/h',
    );
  });

  for (const home of [undefined, '', '.', 'here'])
    test(`is that of the password database when HOME is ${home}`, () => {
      assert.equal(
        homeOf({ HOME: home }, () => userInfo().homedir),
        userInfo().homedir,
      );
    });

  test('is none when the database has none', () => {
    assert.equal(
      homeOf({}, () => ''),
      undefined,
    );
    const unknown = () => {
      throw new Error('ENOENT: no such user');
    };
    assert.equal(homeOf({}, unknown), undefined);
  });
});

describe('a folder that is made', () => {
  const skip = process.platform === 'win32';

  test('is for its owner alone, as are those above it', { skip }, () => {
    makeFolder(join(base, 'a/b/c'));
    for (const path of ['a', 'a/b', 'a/b/c']) assert.equal(statSync(join(base, path)).mode & 0o777, 0o700);
    makeFolder(join(base, 'a/b/c')); // a second time too
  });

  test('fails where there are no folders, and does not spin', { skip: process.platform !== 'linux' }, () => {
    for (const path of ['/proc/self/nost/keys', '/dev/null/nost']) assert.throws(() => makeFolder(path));
  });
});
