// Loads the built program without parsing it, where that can be: by what V8 made of it at build time when it was this
// very Node that built it (.config/compile.js), else by Node's own compile cache, where it has one.
const { existsSync, readFileSync } = require('node:fs');
const { createRequire, enableCompileCache } = require('node:module');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const PROGRAM = join(__dirname, '../dist/main.cjs');
const COMPILED = PROGRAM.replace(/cjs$/, `${process.version}-${process.platform}-${process.arch}.cache`);

function load() {
  if (existsSync(COMPILED)) return evaluate(scriptOf(readFileSync(COMPILED)));
  enableCompileCache?.();
  return require(PROGRAM);
}

/** The program as a script; `cachedData` is used only when it was made of this source by this Node. */
function scriptOf(cachedData) {
  const source = readFileSync(PROGRAM, 'utf8');
  return new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: PROGRAM,
    cachedData,
  });
}

/** Evaluates it as Node would evaluate a CommonJS module, and gives its exports. */
function evaluate(script) {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(PROGRAM), module, PROGRAM, dirname(PROGRAM));
  return module.exports;
}

module.exports = { load, scriptOf, evaluate, COMPILED };
