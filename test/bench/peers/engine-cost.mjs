// What one verification costs when nothing else is done: every key is parsed, every call goes straight to the engine.
//   node engine-cost.mjs native|wasm FILE COUNT      prints microseconds
import { readFileSync } from 'node:fs';

const [engine, file, wanted] = process.argv.slice(2);
const count = Number(wanted);
const checks = Buffer.alloc(count * 128);
const bytes = readFileSync(file);
for (let i = 0, at = 0; i < count; i++) {
  const end = bytes.indexOf(10, at);
  const { id, pubkey, sig } = JSON.parse(bytes.toString('utf8', at, end));
  checks.write(id + pubkey + sig, i * 128, 'hex');
  at = end + 1;
}

const verify = engine === 'native' ? await native() : await wasm();
let valid = 0;
for (let i = 0; i < count / 10; i++) verify(i);
const start = performance.now();
for (let i = 0; i < count; i++) valid += verify(i);
const each = ((performance.now() - start) * 1000) / count;
if (valid !== count) throw new Error(`${valid} of ${count} are valid`);
console.log(each);

async function native() {
  const { default: koffi } = await import('koffi');
  const library = koffi.load('libsecp256k1.so.1');
  const context = library.func('secp256k1_context_create', 'void *', ['uint'])(1);
  const parse = library.func('secp256k1_xonly_pubkey_parse', 'int', ['void *', 'uintptr_t', 'uintptr_t']);
  const check = library.func('secp256k1_schnorrsig_verify', 'int', ['void *', 'uintptr_t', 'uintptr_t', 'size_t', 'uintptr_t']);
  const memory = koffi.alloc('uint8_t', checks.length + 64);
  const base = Number(koffi.address(memory));
  new Uint8Array(koffi.view(memory, checks.length)).set(checks);
  const key = base + checks.length;
  return i => (parse(context, key, base + i * 128 + 32) && check(context, base + i * 128 + 64, base + i * 128, 32, key));
}

async function wasm() {
  const { verifySchnorr } = await import('tiny-secp256k1');
  const at = (i, from, to) => checks.subarray(i * 128 + from, i * 128 + to);
  return i => (verifySchnorr(at(i, 0, 32), at(i, 32, 64), at(i, 64, 128)) ? 1 : 0);
}
