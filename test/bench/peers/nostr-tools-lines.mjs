// nostr-tools over the lines of stdin, as a script of a few lines does it: each line read, parsed and printed by itself.
//   node nostr-tools-lines.mjs decode|match|verify|verify-wasm|sign < FILE
import { createInterface } from 'node:readline';
import { matchFilter } from 'nostr-tools/filter';
import { decode } from 'nostr-tools/nip19';
import { finalizeEvent, verifyEvent } from 'nostr-tools/pure';

const verb = process.argv[2];
const line = await VERBS()[verb]();
let batch = [];
for await (const text of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const out = line(text);
  if (out === undefined) continue;
  batch.push(out);
  if (batch.length < 500) continue;
  await print();
}
await print();

/** Some lines at a time: a write for each would measure nothing but writing. */
async function print() {
  if (batch.length > 0 && !process.stdout.write(`${batch.join('\n')}\n`)) await new Promise(resolve => process.stdout.once('drain', resolve));
  batch = [];
}

function VERBS() {
  const secret = new Uint8Array(32).fill(1);
  const filter = { kinds: [1], since: 1_749_900_000 };
  return {
    decode: () => text => JSON.stringify(decode(text)),
    match: () => text => (matchFilter(filter, JSON.parse(text)) ? text : undefined),
    verify: () => text => (verifyEvent(JSON.parse(text)) ? text : undefined),
    'verify-wasm': async () => {
      const { setNostrWasm, verifyEvent } = await import('nostr-tools/wasm');
      const { initNostrWasm } = await import('nostr-wasm');
      setNostrWasm(await initNostrWasm());
      return text => (verifyEvent(JSON.parse(text)) ? text : undefined);
    },
    sign: () => text => JSON.stringify(finalizeEvent(JSON.parse(text), secret)),
  };
}
