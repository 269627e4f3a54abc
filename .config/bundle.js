// Bundles src/ into dist/, a file for each program. `main.cjs` comes last and whole: where it is, all is.
import { createHash } from 'node:crypto';
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
const external = ['bufferutil', 'utf-8-validate', 'keytar', 'koffi', 'lmdb', 'tiny-secp256k1'];

/** Builds everything. */
export async function bundle() {
  const [main, threads] = await Promise.all([buildMain(), buildThreads()]);
  const [program] = main.outputFiles;
  if (!program) throw new Error('there is no main.cjs');
  const files = [main, threads].flatMap(({ metafile }) => Object.keys(metafile.outputs));
  removeOthers(new Set([...files.map(path => basename(path)), 'protocol']));
  rmSync(`${root}dist/protocol`, { recursive: true, force: true });
  await buildLibrary();
  writeMain(program.text);
}

/** What Node would put around a CommonJS module: it stands in the file, so that no start has to copy the program. */
const HEAD = '(function (exports, require, module, __filename, __dirname) {';

/** CommonJS: it starts in half the time, and a module of it is evaluated only when it is imported all the same. */
function buildMain() {
  return build({
    ...settings,
    write: false,
    external,
    entryPoints: { main: 'src/main.ts' },
    format: 'cjs',
    supported: { 'dynamic-import': false }, // what V8 compiled before cannot import; `require` does as well
    outExtension: { '.js': '.cjs' },
    charset: 'ascii', // read as the bytes it is
    define: { 'import.meta.url': '__url' },
    banner: { js: `${HEAD}const __url = require('node:url').pathToFileURL(__filename).href;` },
    footer: { js: '})' },
    plugins: [lateCurve],
  });
}

const CURVE = '@noble/curves/secp256k1.js';

/**
 * The curve in JavaScript is evaluated at its first use: it asks for random bytes, and so loads all of Node's crypto, while
 * most commands sign nothing and verify by another engine.
 * @type {import('esbuild').Plugin}
 */
const lateCurve = {
  name: 'late curve',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@noble\/curves\/secp256k1\.js$/ }, ({ importer, namespace }) =>
      namespace === 'file' && importer.startsWith(`${root}src/`)
        ? { path: CURVE, namespace: 'late' }
        : undefined,
    );
    onLoad({ filter: /^/, namespace: 'late' }, () => ({
      contents: `let curve;
        const late = name => new Proxy({}, { get: (_, key) => (curve ??= require('${CURVE}'))[name][key] });
        export const schnorr = late('schnorr'), secp256k1 = late('secp256k1');`,
      resolveDir: root,
    }));
  },
};

function buildThreads() {
  return build({
    ...settings,
    external,
    entryPoints: {
      'verify-worker': 'src/verify/threads/worker.ts',
      'mining-worker': 'src/mining/worker.ts',
      'keychain-helper': 'src/signer/stores/keychain-helper.ts',
    },
    format: 'esm',
  });
}

/**
 * Old files, what V8 made of them among them.
 * @param {Set<string>} fresh
 */
function removeOthers(fresh) {
  for (const name of readdirSync(`${root}dist`))
    if (!fresh.has(name)) rmSync(`${root}dist/${name}`, { recursive: true });
}

/**
 * With its hash, by which the start cache is kept (bin/load.js).
 * @param {string} source
 */
function writeMain(source) {
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 32);
  const part = `${root}dist/main.part`;
  writeFileSync(part, `// ${hash}\n${source}`);
  renameSync(part, `${root}dist/main.cjs`);
}
