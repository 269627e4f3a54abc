// Builds what other programs may import, `nost/protocol/…`: the pure core, a file for each module, as ESM and CommonJS, with
// types. Nothing of Node is in it: `portable-crypto.ts` stands in for `crypto.ts`.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { root } from './ensure.js';

const PORTABLE = './portable-crypto';

/** The modules that package.json exports. */
export function exportedModules() {
  const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const prefix = './protocol/';
  return Object.keys(exports).flatMap(path => (path.startsWith(prefix) ? path.slice(prefix.length) : []));
}

/** Writes dist/protocol; returns the names of its files. */
export async function buildLibrary() {
  await Promise.all([transform('esm', '.js'), transform('cjs', '.cjs')]);
  declare();
  return readdirSync(`${root}dist/protocol`);
}

/**
 * Each file by itself, so that a class is the same class wherever it is imported.
 * @param {'esm' | 'cjs'} format
 * @param {string} extension
 */
async function transform(format, extension) {
  const done = new Set();
  let entries = exportedModules();
  while (entries.length > 0) {
    for (const name of entries) done.add(name);
    /** @type {Set<string>} */
    const found = new Set();
    await build({
      absWorkingDir: root,
      entryPoints: entries.map(name => `src/protocol/${name}.ts`),
      outdir: 'dist/protocol',
      outExtension: { '.js': extension },
      bundle: true,
      platform: 'neutral',
      target: 'es2023',
      format,
      packages: 'external',
      logLevel: 'warning',
      plugins: [siblings(extension, found)],
    });
    entries = [...found].filter(name => !done.has(name));
  }
}

/**
 * Leaves imports of the files beside as they are, but for their ending, and notes what was found.
 * @param {string} extension
 * @param {Set<string>} found
 * @returns {import('esbuild').Plugin}
 */
function siblings(extension, found) {
  return {
    name: 'siblings',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^\.\/.*\.ts$/ }, ({ path, kind }) => {
        if (kind === 'entry-point') return undefined;
        const name = path === './crypto.ts' ? PORTABLE : path.replace(/\.ts$/, '');
        found.add(name.slice('./'.length));
        return { path: name + extension, external: true };
      }),
  };
}

/** The types, for importers of either kind. */
function declare() {
  const compiler = `${root}node_modules/typescript/bin/tsc`;
  execFileSync(process.execPath, [compiler, '-p', `${root}.config/library.tsconfig.json`], {
    stdio: 'inherit',
  });
  const folder = `${root}dist/protocol/`;
  for (const name of readdirSync(folder).filter(each => each.endsWith('.d.ts'))) {
    if (!existsSync(folder + name.replace(/\.d\.ts$/, '.js'))) {
      rmSync(folder + name); // types of what is not in the library
      continue;
    }
    const text = readFileSync(folder + name, 'utf8').replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'");
    writeFileSync(folder + name, text);
    writeFileSync(
      folder + name.replace(/\.d\.ts$/, '.d.cts'),
      text.replaceAll(/(from '\.\/[\w-]+)\.js'/g, "$1.cjs'"),
    );
  }
}
