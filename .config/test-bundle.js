// Makes JavaScript of the test files before they run: of all of them in a second, where each of three hundred processes
// would need a quarter of a second to load its own TypeScript.
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './ensure.js';

/** A folder for one run, beside package.json, so that packages are found from there; several can run at once. */
export function newFolder() {
  mkdirSync(`${root}.tests`, { recursive: true });
  return mkdtempSync(`${root}.tests/run-`).slice(root.length);
}

/**
 * Builds test files into a folder, what they share in files of its own; the paths of the outcome, in the same order.
 * @param {readonly (readonly string[])[]} groups For each process the files that it runs.
 * @param {string} folder
 */
export async function bundleTests(groups, folder) {
  const names = groups.map((files, i) => join(numberOf(i), nameOf(files, i)));
  await build({
    absWorkingDir: root,
    entryPoints: groups.map((files, i) => ({
      in: files.length > 1 ? `group:${i}` : (files[0] ?? ''),
      out: names[i] ?? '',
    })),
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    sourcemap: 'linked',
    keepNames: true,
    logLevel: 'warning',
    plugins: [together(groups), ownPlace],
  });
  return names.map(name => join(folder, `${name}.js`));
}

/**
 * A folder for each: the runner of Node sorts what it is given, and the longest shall begin first.
 * @param {number} i
 */
const numberOf = i => String(i).padStart(3, '0');

/**
 * @param {readonly string[]} files
 * @param {number} i
 */
function nameOf(files, i) {
  return files.length > 1 ? `group-${i}` : relative(root, resolve(root, files[0] ?? '')).replace(/\.ts$/, '');
}

/**
 * A module that imports each file of a group, for what it does.
 * @param {readonly (readonly string[])[]} groups
 * @returns {import('esbuild').Plugin}
 */
const together = groups => ({
  name: 'together',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^group:/ }, ({ path }) => ({ path, namespace: 'group' }));
    onLoad({ filter: /^/, namespace: 'group' }, ({ path }) => {
      const files = groups[Number(path.split(':')[1])] ?? [];
      return { contents: files.map(file => `import ${JSON.stringify(resolve(root, file))};`).join('\n') };
    });
    onResolve({ filter: /^/, namespace: 'group' }, ({ path }) => ({ path, sideEffects: true }));
  },
});

/**
 * A module is told the place of its source, not of what was made of it.
 * @type {import('esbuild').Plugin}
 */
const ownPlace = {
  name: 'own place',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.[jt]s$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      /** @type {Readonly<Record<string, string>>} */
      const place = { url: pathToFileURL(path).href, dirname: dirname(path), filename: path };
      const contents = text.replace(/\bimport\.meta\.(url|dirname|filename)\b/g, (_, name) =>
        JSON.stringify(place[name]),
      );
      return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};
