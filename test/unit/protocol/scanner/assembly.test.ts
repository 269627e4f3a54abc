// The compiled WebAssembly in the repository is what its source compiles to. Nothing else would notice an edit of the
// AssemblyScript, or of the table of records, that nobody compiled.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
// @ts-expect-error It is JavaScript.
import { ASSEMBLED as FILES } from '../../../../.config/assemble.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

const ASSEMBLED: Readonly<Record<string, () => string | Promise<string>>> = FILES;

for (const [path, generate] of Object.entries(ASSEMBLED))
  test(`${path} is fresh`, async () => {
    assert.equal(readFileSync(ROOT + path, 'utf8'), await generate(), `${path} is stale: npm run generate`);
  });
