// Where completion scripts are tried: a `nost` on the PATH, and a home with the accounts alice and bob, and the wallet purse.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

export interface CompletionWorld {
  env: Record<string, string>;
  remove(): void;
}

export function completionWorld(): CompletionWorld {
  const home = mkdtempSync(join(tmpdir(), 'nost-completion-'));
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const program = join(bin, 'nost');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/bin/nost.js" "$@"\n`, {
    mode: 0o755,
  });
  const env = { PATH: bin + delimiter + process.env['PATH'], HOME: home, TERM: 'xterm' };
  for (const name of ['alice', 'bob'])
    execFileSync(program, ['keygen', '-q', '--name', name, '--store', 'plain', '--insecure'], {
      env,
      stdio: 'ignore',
    });
  const uri = `nostr+walletconnect://${'ab'.repeat(32)}?relay=ws://127.0.0.1:1&secret=${'07'.repeat(32)}`;
  execFileSync(program, ['wallet', 'add', 'purse', '-q', '--store', 'plain', '--insecure'], {
    env,
    input: uri,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  return { env, remove: () => rmSync(home, { recursive: true, force: true }) };
}
