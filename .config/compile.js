// Keeps what V8 makes of the built program beside it, so that a start parses nothing. Some commands are run first,
// for V8 compiles a function when it is first called. Started by build.js, for it runs commands.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { WebSocketServer } from 'ws';
import loader from '../bin/load.js';

const NPUB = 'npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6';
const EVENT =
  '{"id":"af8b9ebb2925e9642e65c85a8e21bbcafb8a3cac5e422b07a004540d04c64b56","pubkey":"f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9","created_at":1700000000,"kind":1,"tags":[["t","nost"]],"content":"hello","sig":"a09a626a042465b92f88e1b9e5992a93170a6cbff4d2841cbbbe2ce9999fffb450b3fb35ac83606c7c5b7e82375e92f3f59f5ad8f6227c2f0391e708b1711924"}';

/** A relay that has this one event. */
const relay = new WebSocketServer({ host: '127.0.0.1', port: 0 });
relay.on('connection', socket =>
  socket.on('message', data => {
    const [verb, subId, filter] = JSON.parse(data.toString());
    if (verb !== 'REQ') return;
    if (filter.until === undefined) socket.send(`["EVENT","${subId}",${EVENT}]`);
    socket.send(`["EOSE","${subId}"]`);
  }),
);
await once(relay, 'listening');
const url = `ws://127.0.0.1:${relay.address().port}`;

const COMMANDS = [
  ['--version'],
  ['decode', NPUB],
  ['req', '-l', '1', url],
  ['req', '--all', '--no-verify', url],
];

const script = loader.scriptOf();
const { main } = loader.evaluate(script);
for (const words of COMMANDS) await main(words);
writeFileSync(loader.COMPILED, script.createCachedData());
for (const socket of relay.clients) socket.terminate();
relay.close();
process.exitCode = 0;
