// A secret that a command is to work on, where there is none to read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Context } from '../../../../src/context.ts';
import { readGivenSecret } from '../../../../src/run/keys/given-secret.ts';

test('where nobody can be asked, what to type is said in the words of the command', async () => {
  const context = { stdinIsTerminal: true, keys: { hasTerminal: () => false } } as unknown as Context;
  const instead = 'nost wallet add NAME < uri.txt';
  await assert.rejects(readGivenSecret(context, {}, [], { instead }), {
    code: 'no_input',
    message: 'nothing to read, and nobody can be asked',
    hint: instead,
  });
  await assert.rejects(readGivenSecret(context, {}, []), { code: 'no_input', message: /name a source/ });
});
