// Compiles AssemblyScript to WebAssembly. The outcome is committed, so that neither the tests nor the program need the
// compiler.
import { basename } from 'node:path';
import {
  fieldAt,
  MAX_FRAMES,
  RANGE_SIZE,
  RECORD_FIELDS,
  RECORD_SIZE,
} from '../src/protocol/scanner/record-layout.ts';
import { root } from './ensure.js';

const FLAGS = [
  '--optimizeLevel',
  '3',
  '--noAssert',
  '--runtime',
  'stub',
  '--enable',
  'simd',
  '--use',
  'abort=',
];

/**
 * The generated files, and what each must hold: the constants, and after them what is compiled with them.
 * @type {Readonly<Record<string, () => string | Promise<string>>>}
 */
export const ASSEMBLED = {
  'src/protocol/scanner/assembly/record.ts': recordConstants,
  'src/protocol/scanner/event-scanner.wasm.ts': () =>
    assembled('src/protocol/scanner/assembly/event-scanner.ts', 'EVENT_SCANNER'),
  'src/mining/miner.wasm.ts': () => assembled('src/mining/assembly/miner.ts', 'MINER'),
};

/**
 * The text of a module that exports the compiled `source` under that name. Throws with the compiler's words.
 * @param {string} source
 * @param {string} name
 */
async function assembled(source, name) {
  const wasm = await compile(source);
  return `// Generated from assembly/${basename(source)} by \`npm run generate\`.
/** A WebAssembly module, in base64. */
export const ${name} =
  '${wasm.toString('base64')}';
`;
}

/** The constants of a record for AssemblyScript. */
function recordConstants() {
  const names = /** @type {(keyof typeof RECORD_FIELDS)[]} */ (Object.keys(RECORD_FIELDS));
  const fields = names.map(name => [`${name}_FIELD`, fieldAt(name)]);
  const constants = Object.entries({ ...Object.fromEntries(fields), RECORD_SIZE, MAX_FRAMES, RANGE_SIZE });
  const lines = constants.map(([name, value]) => `export const ${name}: usize = ${value};\n`);
  return `// Generated from record-layout.ts by \`npm run generate\`.\n${lines.join('')}`;
}

/** @param {string} source */
async function compile(source) {
  // Its types would make the globals of AssemblyScript ours.
  const { default: asc } = await import(/** @type {string} */ ('assemblyscript/asc'));
  let wasm = new Uint8Array(0);
  const { error, stderr } = await asc.main([source, ...FLAGS, '--baseDir', root, '--outFile', 'out.wasm'], {
    writeFile: (/** @type {string} */ _name, /** @type {Uint8Array<ArrayBuffer>} */ contents) => {
      wasm = contents;
    },
  });
  if (error) throw new Error(`${source}: ${stderr}`, { cause: error });
  return Buffer.from(wasm);
}
