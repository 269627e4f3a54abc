// A bare script: the same engine, ws, one REQ, verified, printed.   node first-event.mjs URL [native|wasm]
import { hash } from 'node:crypto';
import WebSocket from 'ws';

const [url, engine = 'native'] = process.argv.slice(2);
const verify = engine === 'native' ? await native() : await wasm();
const ws = new WebSocket(url, { perMessageDeflate: false });
ws.on('open', () => ws.send('["REQ","a",{"limit":1}]'));
ws.on('message', data => {
  const [verb, , event] = JSON.parse(data.toString());
  if (verb === 'EOSE') return ws.close();
  const { id, pubkey, created_at, kind, tags, content, sig } = event;
  const isTrue = hash('sha256', JSON.stringify([0, pubkey, created_at, kind, tags, content]), 'hex') === id;
  if (isTrue && verify(sig, id, pubkey)) process.stdout.write(`${JSON.stringify({ id, pubkey, created_at, kind, tags, content, sig })}\n`);
});

async function native() {
  const { default: koffi } = await import('koffi');
  const library = koffi.load('libsecp256k1.so.1');
  const context = library.func('void *secp256k1_context_create(uint)')(1);
  const parse = library.func('int secp256k1_xonly_pubkey_parse(void *, _Out_ uint8_t *, const uint8_t *)');
  const check = library.func('int secp256k1_schnorrsig_verify(void *, const uint8_t *, const uint8_t *, size_t, const uint8_t *)');
  const key = Buffer.alloc(64);
  return (sig, id, pubkey) =>
    parse(context, key, Buffer.from(pubkey, 'hex')) === 1 &&
    check(context, Buffer.from(sig, 'hex'), Buffer.from(id, 'hex'), 32, key) === 1;
}

async function wasm() {
  const { verifySchnorr } = await import('tiny-secp256k1');
  return (sig, id, pubkey) => verifySchnorr(Buffer.from(id, 'hex'), Buffer.from(pubkey, 'hex'), Buffer.from(sig, 'hex'));
}
