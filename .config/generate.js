// `npm run generate`: writes every generated file; with --check it only tells which are stale, and fails.
// Run under tsx, for it reads the command definitions from src/.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describeAll } from '../src/command-line.ts';
import { GENERATED_FILES } from '../src/reference/generated-files.ts';
import { ASSEMBLED } from './assemble.js';
import { root } from './ensure.js';

const check = process.argv.includes('--check');
const commands = await describeAll();
/** @type {Record<string, (tree: typeof commands, current: string) => string | Promise<string>>} */
const files = {
  ...GENERATED_FILES,
  ...ASSEMBLED,
};
for (const [path, generate] of Object.entries(files)) {
  const current = existsSync(root + path) ? readFileSync(root + path, 'utf8') : '';
  const fresh = await generate(commands, current);
  if (fresh === current) continue;
  if (check) {
    console.error(`${path} is stale: npm run generate`);
    process.exitCode = 1;
  } else {
    writeFileSync(root + path, fresh);
    console.error(`wrote ${path}`);
  }
}
