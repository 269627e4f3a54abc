// Stands in for src/signer/stores/keychain-helper.ts: keeps what it is given in a folder, or fails in a chosen way. Speaks
// the same frames: a line of JSON, then 32 bytes of key where there are any.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [behaviour, argument] = process.argv.slice(2);

function answer(line, secret = new Uint8Array(0)) {
  process.stdout.end(Buffer.concat([Buffer.from(`${JSON.stringify(line)}\n`), secret]), () => process.exit());
}

function keep({ operation, service, account }, secret) {
  const path = join(argument, `${service}-${account}`);
  if (operation === 'canary') return answer({ done: 'ok' });
  if (operation === 'set') {
    if (behaviour === 'store') writeFileSync(path, secret);
    return answer({ done: 'ok' });
  }
  if (!existsSync(path)) return answer({ done: 'nothing' });
  if (operation === 'get') return answer({ done: 'found' }, readFileSync(path));
  rmSync(path);
  return answer({ done: 'ok' });
}

const BEHAVIOURS = {
  store: keep,
  forgets: keep,
  error: () => answer({ error: argument }),
  silent: () => {},
  segv: () => process.kill(process.pid, 'SIGSEGV'),
  exit: () => process.exit(3),
  garbage: () => process.stdout.end('not a reply', () => process.exit()),
  // What it was started with, into a file.
  environment: () => {
    const limits = existsSync('/proc/self/limits') ? readFileSync('/proc/self/limits', 'utf8') : '';
    const core = /core file size\s+(\S+)/i.exec(limits)?.[1];
    writeFileSync(argument, JSON.stringify({ argv: process.argv, env: process.env, core }));
    answer({ done: 'ok' });
  },
};

process.stdin.on('data', bytes => {
  const end = bytes.indexOf('\n');
  BEHAVIOURS[behaviour](JSON.parse(bytes.toString('utf8', 0, end)), bytes.subarray(end + 1));
});
process.stdin.on('end', () => process.exit());
