// A private session with a real Secret Service for a test file: started by with-keyring.sh, ended with the test.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const WRAPPER = fileURLToPath(new URL('./with-keyring.sh', import.meta.url));
const PROGRAMS = ['dbus-run-session', 'dbus-send', 'gnome-keyring-daemon', 'secret-tool'];

function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'the Secret Service is of Linux';
  const missing = PROGRAMS.filter(name => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  return missing.length === 0
    ? undefined
    : `${missing.join(', ')} not installed (Debian: dbus gnome-keyring libsecret-tools)`;
}

/** A `describe` that needs a keyring. Where there is none it is skipped and says why; with `CI=true` it fails. */
export function describeKeyring(name: string, body: () => void): void {
  const reason = whyNot();
  if (reason === undefined) describe(name, body);
  else if (process.env['CI'] === 'true') test(name, () => assert.fail(reason));
  else test(name, { skip: reason }, () => {});
}

export interface Keyring {
  /** The variables of the session: its bus and its folders. */
  readonly env: Readonly<Record<string, string>>;
  /** The value of an item, as secret-tool prints it; undefined when there is none. */
  lookup(account: string): string | undefined;
  /** Puts a value where `nost` keeps the key of an account. */
  store(account: string, value: string): void;
  lock(): void;
  /** Stops the daemon from answering, and lets it go on. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** Starts one; `variant` is an option of the wrapper. */
export async function startKeyring(variant?: '--no-collection' | '--no-service'): Promise<Keyring> {
  const names = ['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'XDG_DATA_HOME', 'KEYRING_PID'];
  const script = `for n in ${names.join(' ')}; do eval "echo $n=\\\${$n-}"; done; echo; exec cat >/dev/null`;
  const words = [WRAPPER, ...(variant ? [variant] : []), 'sh', '-c', script];
  const session = spawn('sh', words, { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  session.stderr.setEncoding('utf8').on('data', text => {
    complaint += text;
  });
  const ended = once(session, 'close');
  const env: Record<string, string> = {};
  for await (const line of createInterface({ input: session.stdout })) {
    if (line === '') break;
    env[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1);
  }
  assert.ok(env['DBUS_SESSION_BUS_ADDRESS'], `no keyring: ${complaint}`);
  const { KEYRING_PID, ...session_env } = env;
  const inSession = { ...process.env, ...session_env };
  const signal = (name: NodeJS.Signals) => process.kill(Number(KEYRING_PID), name);
  return {
    env: session_env,
    lookup: account => {
      const { status, stdout } = spawnSync('secret-tool', ['lookup', 'service', 'nost', 'account', account], {
        env: inSession,
        encoding: 'utf8',
      });
      return status === 0 ? stdout : undefined;
    },
    store: (account, value) => {
      const attributes = [
        'service',
        'nost',
        'account',
        account,
        'xdg:schema',
        'org.freedesktop.Secret.Generic',
      ];
      execFileSync('secret-tool', ['store', '--label=test', ...attributes], { env: inSession, input: value });
    },
    lock: () => {
      execFileSync('dbus-send', LOCK, { env: inSession });
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    close: async () => {
      session.stdin.end();
      await ended;
    },
  };
}

const LOCK = [
  '--session',
  '--print-reply',
  '--dest=org.freedesktop.secrets',
  '/org/freedesktop/secrets',
  'org.freedesktop.Secret.Service.Lock',
  'array:objpath:/org/freedesktop/secrets/collection/login',
];
