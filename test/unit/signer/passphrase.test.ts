import assert from 'node:assert/strict';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { Failure } from '../../../src/errors.ts';
import { choosePassphrase, hasPassphraseSource, readPassphrase } from '../../../src/signer/passphrase.ts';
import { signerWorld } from '../../support/signer-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'nost-passphrase-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const FILE = join(folder, 'file');
writeFileSync(FILE, '  two words \n', { mode: 0o600 });

const code = (wanted: string) => (error: unknown) =>
  error instanceof Failure && error.kind === 'signer' && error.code === wanted;

test('it comes from a descriptor, a file or a command, with its spaces', async () => {
  const fd = openSync(FILE, 'r');
  assert.equal(await readPassphrase('x', signerWorld({ NOST_PASSPHRASE_FD: String(fd) })), '  two words ');
  assert.equal(await readPassphrase('x', signerWorld({ NOST_PASSPHRASE_FILE: FILE })), '  two words ');
  const command = { NOST_PASSPHRASE_COMMAND: '["printf"," a b \\n"]', PATH: process.env['PATH'] };
  assert.equal(await choosePassphrase('x', signerWorld(command)), ' a b ');
});

test('a descriptor gives it as often as a command needs it', async () => {
  const world = signerWorld({ NOST_PASSPHRASE_FD: String(openSync(FILE, 'r')) });
  assert.equal(await readPassphrase('x', world), '  two words ');
  assert.equal(await choosePassphrase('x', { ...world }), '  two words ');
});

test('a source that is named and fails ends it: nobody is asked instead', async () => {
  for (const [variables, wanted] of [
    [{ NOST_PASSPHRASE_FD: 'hunter2' }, 'bad_value'],
    [{ NOST_PASSPHRASE_FD: '5000' }, 'descriptor_not_open'],
    [{ NOST_PASSPHRASE_FILE: join(folder, 'missing') }, 'key_file_missing'],
    [{ NOST_PASSPHRASE_COMMAND: '' }, 'bad_value'],
    [{ NOST_PASSPHRASE_COMMAND: 'false', PATH: process.env['PATH'] }, 'command_failed'],
  ] as const) {
    const world = signerWorld(variables, ['typed', 'typed']);
    assert.equal(hasPassphraseSource(world), true);
    await assert.rejects(readPassphrase('x', world), code(wanted));
    await assert.rejects(choosePassphrase('x', world), code(wanted));
    assert.deepEqual(world.questions, []);
  }
});

test('what was given instead of a descriptor is not repeated', async () => {
  await assert.rejects(
    readPassphrase('x', signerWorld({ NOST_PASSPHRASE_FD: 'hunter2' })),
    (error: Failure) => !error.message.includes('hunter2'),
  );
});

test('a new one is typed twice, an old one once; an empty one is none', async () => {
  assert.equal(await choosePassphrase('x', signerWorld({}, ['one', 'one'])), 'one');
  const mistyped = signerWorld({}, ['one', 'two', '', 'one', 'one']);
  assert.equal(await choosePassphrase('x', mistyped), 'one');
  assert.equal(mistyped.questions[0], 'New passphrase for x: ');
  assert.deepEqual(mistyped.notes, [
    'the two passphrases differ; try again',
    'the passphrase is empty; try again',
  ]);
  const differing = signerWorld({}, ['1', '2', '3', '4', '5', '6', '7', '7']);
  await assert.rejects(choosePassphrase('x', differing), code('passphrase_differs'));
  await assert.rejects(choosePassphrase('x', signerWorld({}, ['', '', ''])), code('passphrase_empty'));
  const world = signerWorld({}, ['one']);
  assert.equal(await readPassphrase('alice', world), 'one');
  assert.deepEqual(world.questions, ['Passphrase of alice: ']);
});

test('without a source and a terminal there is none', async () => {
  await assert.rejects(readPassphrase('x', signerWorld()), code('no_passphrase'));
  await assert.rejects(choosePassphrase('x', signerWorld()), code('no_passphrase'));
});
