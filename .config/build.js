// Bundles src/ into dist/, a file for each program.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { build } from 'esbuild';
import { root } from './ensure.js';
import { buildLibrary } from './library.js';

/** @satisfies {import('esbuild').BuildOptions} */
const settings = /** @type {const} */ ({
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true, // read at every start; names stay, for the stack of a fault
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
});

/** Natives, optional ones among them, and what finds its wasm beside itself: loaded from node_modules. */
const external = ['bufferutil', 'utf-8-validate', 'keytar', 'koffi', 'tiny-secp256k1'];

const builds = await Promise.all([
  // CommonJS: it starts in half the time, and a module of it is evaluated only when it is imported all the same.
  build({
    ...settings,
    external,
    entryPoints: { main: 'src/main.ts' },
    format: 'cjs',
    supported: { 'dynamic-import': false }, // what V8 compiled before cannot import; `require` does as well
    outExtension: { '.js': '.cjs' },
    define: { 'import.meta.url': '__url' },
    banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href;" },
  }),
  build({
    ...settings,
    external,
    entryPoints: {
      'verify-worker': 'src/verify/threads/worker.ts',
      'keychain-helper': 'src/signer/stores/keychain-helper.ts',
    },
    format: 'esm',
  }),
]);

// Old files, what V8 made of them among them.
const fresh = new Set(
  builds.flatMap(({ metafile }) => Object.keys(metafile.outputs)).map(path => basename(path)),
);
fresh.add('protocol');
for (const name of readdirSync(`${root}dist`))
  if (!fresh.has(name)) rmSync(`${root}dist/${name}`, { recursive: true });

// The start cache is kept by this hash (bin/load.js).
const main = `${root}dist/main.cjs`;
const source = readFileSync(main, 'utf8');
writeFileSync(main, `// ${createHash('sha256').update(source).digest('hex').slice(0, 32)}\n${source}`);

rmSync(`${root}dist/protocol`, { recursive: true, force: true });
await buildLibrary();
