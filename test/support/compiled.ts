// TypeScript as JavaScript, for a program that a test starts again and again: Node runs it as it is.
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');

/** What `node --input-type=module --eval` takes; `code` imports from the root of this project. */
export function compiled(code: string): string {
  const stdin = { contents: code, resolveDir: ROOT, loader: 'ts' } as const;
  const { outputFiles } = buildSync({
    ...{ stdin, bundle: true, format: 'esm', platform: 'node', packages: 'external', target: 'node20.19' },
    ...{ write: false, logLevel: 'silent', ignoreAnnotations: true },
  });
  return outputFiles[0]!.text;
}
