// Finds the Secret Service: whether there is a session bus, which program serves secrets on it, and whether they are
// locked. Nothing here may start a daemon, so without an address no program is asked.
import { existsSync, readFileSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { runChild } from '../child.ts';
import type { Variables } from '../environment.ts';

/**
 * The address of the session bus, or undefined. `autolaunch:` counts as no address, because it would start a daemon
 * that keeps running.
 */
export function busAddress(env: Readonly<Variables>): string | undefined {
  const address = env['DBUS_SESSION_BUS_ADDRESS'];
  if (address) return /(?:^|;)autolaunch:/.test(address) ? undefined : address;
  const runtime = env['XDG_RUNTIME_DIR'];
  if (!runtime || !isAbsolute(runtime)) return undefined;
  const socket = join(runtime, 'bus');
  return existsSync(socket) ? `unix:path=${socket.split('/').map(encodeURIComponent).join('/')}` : undefined;
}

const SECRETS = 'org.freedesktop.secrets';
const REPLY_MS = 2000;

/** Whether the default collection is locked; undefined when it is unknown (no dbus-send, no service). */
export async function isDefaultLocked(env: Readonly<Variables>): Promise<boolean | undefined> {
  const reply = await call(env, SECRETS, '/org/freedesktop/secrets/aliases/default', [
    'org.freedesktop.DBus.Properties.Get',
    'string:org.freedesktop.Secret.Collection',
    'string:Locked',
  ]);
  const word = reply?.match(/boolean (true|false)/)?.[1];
  return word === undefined ? undefined : word === 'true';
}

/** The name of the program that serves secrets; undefined when there is none or it is unknown. Starts no program. */
export async function serviceName(env: Readonly<Variables>): Promise<string | undefined> {
  const reply = await call(env, 'org.freedesktop.DBus', '/org/freedesktop/DBus', [
    'org.freedesktop.DBus.GetConnectionUnixProcessID',
    `string:${SECRETS}`,
  ]);
  const pid = reply?.match(/uint32 (\d+)/)?.[1];
  if (pid === undefined) return undefined;
  try {
    return basename(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]!);
  } catch {
    return `process ${pid}`;
  }
}

async function call(
  env: Readonly<Variables>,
  destination: string,
  path: string,
  words: readonly string[],
): Promise<string | undefined> {
  const { how, code, output } = await runChild({
    argv: [
      'dbus-send',
      '--session',
      '--print-reply=literal',
      `--reply-timeout=${REPLY_MS}`,
      `--dest=${destination}`,
      path,
      ...words,
    ],
    env,
    timeout: REPLY_MS + 500,
    maxOutput: 4096,
  });
  return how === 'ended' && code === 0 ? output.toString('utf8') : undefined;
}
