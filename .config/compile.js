// Keeps what V8 makes of the built program beside it, so that a start parses nothing. Some commands are run first,
// for V8 compiles a function when it is first called. Started by build.js, for it runs commands.
import { writeFileSync } from 'node:fs';
import loader from '../bin/load.js';

const NPUB = 'npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6';
/** Nobody listens at port 1: all of `req` up to the connection. */
const COMMANDS = [['--version'], ['decode', NPUB], ['req', '-l', '1', 'ws://127.0.0.1:1']];

const script = loader.scriptOf();
const { main } = loader.evaluate(script);
for (const words of COMMANDS) await main(words);
writeFileSync(loader.COMPILED, script.createCachedData());
process.exitCode = 0;
