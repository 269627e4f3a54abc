// Bundles src/ into dist/: an entry for each program, and a chunk for each command, so that a command loads only its own code.
import { readdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { build } from 'esbuild';
import { root } from './ensure.js';

const settings = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  // commander and ws are CommonJS and call `require` for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  // Natives, optional ones among them, and what finds its wasm beside itself: loaded from node_modules.
  external: ['bufferutil', 'utf-8-validate', 'keytar', 'koffi', 'tiny-secp256k1'],
};

const builds = await Promise.all([
  build({
    ...settings,
    entryPoints: { main: 'src/main.ts', 'verify-worker': 'src/verify/worker.ts' },
    splitting: true,
  }),
  // One file of its own: to share chunks with it would cut those of the commands smaller, and slow their start.
  build({ ...settings, entryPoints: { 'keychain-helper': 'src/signer/keychain-helper.ts' } }),
]);

// Old chunks go last, so that a program started meanwhile still finds its own.
const fresh = new Set(
  builds.flatMap(({ metafile }) => Object.keys(metafile.outputs)).map(path => basename(path)),
);
for (const name of readdirSync(`${root}dist`)) if (!fresh.has(name)) rmSync(`${root}dist/${name}`);
