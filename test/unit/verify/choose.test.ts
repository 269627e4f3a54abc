import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UsageError } from '../../../src/errors.ts';
import { chooseEngine } from '../../../src/verify/choose.ts';
import { onMainThread } from '../../../src/verify/main-thread.ts';
import { loadNative } from '../../../src/verify/native.ts';
import { candidatesFor } from '../../../src/verify/system-library.ts';
import { haveNative } from '../../support/engines.ts';
import { A, withBrokenSignature } from '../../support/people.ts';
import { allStreamed } from '../../support/streamed.ts';

const PLATFORM = process.platform;

describe('the choice of an engine', () => {
  test('falls on one that is there, and it tells true from false', async () => {
    const verifier = onMainThread(await chooseEngine({ platform: PLATFORM }));
    const good = A.note('x');
    assert.deepEqual(verifier.verify(allStreamed([good, withBrokenSignature(good)])), ['valid', 'signature']);
    assert.equal(verifier.engine, haveNative ? 'native' : 'wasm');
    assert.ok(verifier.batchSize >= 1);
  });

  test('falls on wasm where there is no library, and says why', async () => {
    const told: string[] = [];
    const options = { platform: 'plan9', log: (message: string) => told.push(message) };
    assert.equal((await chooseEngine(options)).name, 'wasm');
    assert.match(told.join(), /^not native: no libsecp256k1 can be used/);
  });

  for (const forced of ['wasm', 'noble']) {
    test(`is ${forced} when that is forced`, async () => {
      assert.equal((await chooseEngine({ forced, platform: PLATFORM })).name, forced);
    });
  }

  test('is left to the machine when nothing is forced, or an empty word', async () => {
    await chooseEngine({ forced: '', platform: PLATFORM });
  });

  test('is an error when the forced one cannot be loaded', async () => {
    const choice = chooseEngine({ forced: 'native', platform: 'plan9' });
    await assert.rejects(choice, (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /^NOST_VERIFY=native: no libsecp256k1 can be used/);
      assert.match(error.hint!, /libsecp256k1-1/);
      return true;
    });
  });

  test('is an error when nobody knows the forced one', async () => {
    const choice = chooseEngine({ forced: 'fast', platform: PLATFORM });
    await assert.rejects(choice, /NOST_VERIFY must be one of native, wasm, noble, not "fast"/);
  });
});

describe('a library of the system', () => {
  test('is never one whose interface is another: no name without a version, none of version 0', () => {
    for (const platform of ['linux', 'freebsd', 'darwin', 'win32']) {
      const names = candidatesFor(platform);
      assert.ok(names.length > 0);
      for (const name of names) assert.match(name, /(?:\.so\.|\.|-)[1-9](?:\.dylib|\.dll)?$/);
    }
    assert.deepEqual(candidatesFor('plan9'), []);
  });

  test('is never looked for in the current folder: bare names only where the loader has a list of its own', () => {
    for (const name of candidatesFor('darwin')) assert.match(name, /^\//);
    for (const name of candidatesFor('win32')) assert.match(name, /^C:\\/);
  });

  test('is refused when it is missing, or has no such functions', async () => {
    const missing = loadNative(PLATFORM, ['libnobody-has-this.so.1']);
    await assert.rejects(missing, { name: 'EngineUnavailable', message: /libnobody-has-this\.so\.1: / });
    const other = { linux: 'libc.so.6', darwin: 'libSystem.B.dylib', win32: 'kernel32.dll' }[
      PLATFORM as string
    ];
    if (other) await assert.rejects(loadNative(PLATFORM, [other]), { name: 'EngineUnavailable' });
  });
});

test('where CI installs libsecp256k1, it is found', { skip: process.env['CI'] !== 'true' }, () => {
  assert.ok(haveNative);
});
