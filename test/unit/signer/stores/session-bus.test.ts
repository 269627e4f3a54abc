import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import test, { after } from 'node:test';
import { busAddress, isDefaultLocked, serviceName } from '../../../../src/signer/stores/session-bus.ts';

const folder = mkdtempSync(join(tmpdir(), 'nost bus-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('the address is the variable’s, else the socket in the runtime folder, else there is none', () => {
  assert.equal(
    busAddress({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x', XDG_RUNTIME_DIR: folder }),
    'unix:path=/x',
  );
  assert.equal(busAddress({ XDG_RUNTIME_DIR: folder }), undefined);
  writeFileSync(join(folder, 'bus'), '');
  assert.equal(
    busAddress({ XDG_RUNTIME_DIR: folder }),
    `unix:path=${join(folder, 'bus').replace(' ', '%20')}`,
  );
  assert.equal(busAddress({ XDG_RUNTIME_DIR: relative(process.cwd(), folder) }), undefined);
  assert.equal(busAddress({ DBUS_SESSION_BUS_ADDRESS: '' }), undefined);
  assert.equal(busAddress({}), undefined);
});

test('an address that would start a daemon counts as none', () => {
  for (const address of ['autolaunch:', 'autolaunch:scope=x', 'unix:path=/x;autolaunch:']) {
    assert.equal(busAddress({ DBUS_SESSION_BUS_ADDRESS: address }), undefined);
  }
});

test('a bus that does not answer says nothing, in time', async () => {
  const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };
  assert.equal(await isDefaultLocked(env), undefined);
  assert.equal(await serviceName(env), undefined);
  assert.equal(await isDefaultLocked({ ...env, PATH: '/nonexistent' }), undefined);
});
