// What is generated and committed must be what the commands say now.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { describeAll } from '../../../src/command-line.ts';
import { GENERATED_FILES } from '../../../src/reference/generated-files.ts';

const root = new URL('../../../', import.meta.url);

describe('generated files', async () => {
  const commands = await describeAll();
  for (const [path, generate] of Object.entries(GENERATED_FILES)) {
    test(`${path} is fresh`, () => {
      const current = readFileSync(new URL(path, root), 'utf8');
      assert.equal(current, generate(commands, current), `${path} is stale: npm run generate`);
    });
  }

  test('a change of a command makes them stale', () => {
    const [first, ...rest] = commands;
    const changed = [{ ...first!, name: 'renamed' }, ...rest];
    for (const [path, generate] of Object.entries(GENERATED_FILES)) {
      const current = readFileSync(new URL(path, root), 'utf8');
      assert.notEqual(current, generate(changed, current));
    }
  });
});
