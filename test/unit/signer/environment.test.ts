import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { inspect } from 'node:util';
import { SecretVariables } from '../../../src/signer/environment.ts';

const SECRET = '67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa';

test('secret variables are read once and deleted from the environment; others stay', () => {
  const env = { NOSTR_SECRET_KEY: SECRET, NOSTR_SECRET_KEY_FILE: '/k', HOME: '/root' };
  const secrets = new SecretVariables(env);
  assert.deepEqual(env, { HOME: '/root' });
  assert.equal(secrets.get('NOSTR_SECRET_KEY'), SECRET);
  assert.equal(secrets.get('NOSTR_SECRET_KEY_FILE'), '/k');
  assert.deepEqual(secrets.names, ['NOSTR_SECRET_KEY', 'NOSTR_SECRET_KEY_FILE']);
});

test('a variable set to nothing is told from one that is not set', () => {
  const secrets = new SecretVariables({ NOSTR_SECRET_KEY: '' });
  assert.equal(secrets.get('NOSTR_SECRET_KEY'), '');
  assert.equal(secrets.get('NOSTR_SECRET_KEY_FILE'), undefined);
});

test('a child of the process does not inherit them', { skip: process.platform === 'win32' }, () => {
  const before = { ...process.env };
  process.env['NOSTR_SECRET_KEY'] = SECRET;
  try {
    const secrets = new SecretVariables(process.env);
    assert.equal(secrets.get('NOSTR_SECRET_KEY'), SECRET);
    assert.ok(!spawnSync('env', { encoding: 'utf8' }).stdout.includes(SECRET));
  } finally {
    Object.assign(process.env, before);
  }
});

test('printing them shows nothing', () => {
  const secrets = new SecretVariables({ NOSTR_SECRET_KEY: SECRET });
  const shown =
    inspect(secrets, { showHidden: true, depth: null }) + JSON.stringify(secrets) + String(secrets);
  assert.ok(!shown.includes(SECRET));
});
