import assert from 'node:assert/strict';
import test from 'node:test';
import { Failure } from '../../../../src/errors.ts';
import { parseCommand, runSecretCommand } from '../../../../src/signer/sources/command.ts';
import { signerWorld } from '../../../support/signer-world.ts';

const skip = process.platform === 'win32' ? 'needs a shell' : false;
const world = signerWorld({ PATH: process.env['PATH'] });
const sh = (code: string) => runSecretCommand(['/bin/sh', '-c', code], 'SOURCE', world);

async function failure(run: Promise<unknown>): Promise<Failure> {
  const error = await run.then(
    () => assert.fail('it should have failed'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof Failure);
  assert.equal(error.kind, 'signer');
  assert.match(error.message, /^SOURCE/);
  return error;
}

test('the one line a program prints is the secret', { skip }, async () => {
  assert.equal(await sh('echo " secret "'), 'secret');
  assert.equal(await runSecretCommand(['echo', '$HOME; true'], 'SOURCE', world), '$HOME; true');
  assert.equal(await runSecretCommand(['echo', ' spaces '], 'SOURCE', world, true), ' spaces ');
});

test('its stdin is empty: it cannot wait for what is ours', { skip }, async () => {
  assert.equal(await sh('cat; echo end'), 'end');
});

test('a program that fails, says nothing, too much or several lines gives no key', { skip }, async () => {
  const complained = await failure(sh('echo secret; echo it is hunter2 >&2; exit 2'));
  assert.equal(complained.message, 'SOURCE: "/bin/sh" ended with 2');
  assert.match(complained.hint!, /is not shown: run it yourself/);
  assert.equal((await failure(sh('exit 2'))).hint, undefined);
  assert.match((await failure(sh('kill -9 $$'))).message, /ended by SIGKILL/);
  assert.equal((await failure(sh('true'))).code, 'key_file_empty');
  assert.equal((await failure(sh('echo a; echo b'))).code, 'key_file_lines');
  assert.match((await failure(sh('head -c 5000 /dev/zero'))).message, /more than 4096 bytes/);
  assert.match((await failure(runSecretCommand(['/no/such'], 'SOURCE', world))).message, /cannot be started/);
});

test('what it printed before it failed is not told', { skip }, async () => {
  assert.ok(!(await failure(sh('echo secret; exit 1'))).message.includes('secret'));
});

test('a command is words or a JSON array; no shell reads it', () => {
  assert.deepEqual(parseCommand(' pass  show nostr '), ['pass', 'show', 'nostr']);
  assert.deepEqual(parseCommand('["op","read","op://Private/a b"]'), ['op', 'read', 'op://Private/a b']);
  assert.deepEqual(parseCommand('echo "a b"'), ['echo', '"a', 'b"']);
  for (const text of ['', '  ', '[]', '[""]', '[1]', '["a"', '{}x'].slice(0, 6))
    assert.equal(parseCommand(text), undefined);
});
