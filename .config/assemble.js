// Compiles AssemblyScript to WebAssembly. The outcome is committed, so that neither the tests nor the program need the
// compiler.
import { basename } from 'node:path';
import asc from 'assemblyscript/asc';
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

/** The text of a module that exports the compiled `source` under that name. Throws with the compiler's words. */
export async function assembled(source, name) {
  const wasm = await compile(source);
  return `// Generated from assembly/${basename(source)} by \`npm run generate\`.
/** A WebAssembly module, in base64. */
export const ${name} =
  '${wasm.toString('base64')}';
`;
}

/** The constants of a record for AssemblyScript. */
export function recordConstants() {
  const fields = Object.keys(RECORD_FIELDS).map(name => [`${name}_FIELD`, fieldAt(name)]);
  const constants = Object.entries({ ...Object.fromEntries(fields), RECORD_SIZE, MAX_FRAMES, RANGE_SIZE });
  const lines = constants.map(([name, value]) => `export const ${name}: usize = ${value};\n`);
  return `// Generated from record-layout.ts by \`npm run generate\`.\n${lines.join('')}`;
}

async function compile(source) {
  let wasm;
  const { error, stderr } = await asc.main([source, ...FLAGS, '--baseDir', root, '--outFile', 'out.wasm'], {
    writeFile: (_name, contents) => {
      wasm = contents;
    },
  });
  if (error) throw new Error(`${source}: ${stderr}`, { cause: error });
  return Buffer.from(wasm);
}
