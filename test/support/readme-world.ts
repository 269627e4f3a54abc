// Runs lines of README in bash, each in a home and with relays of its own, and holds them to what they say.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { after } from 'node:test';
import type { Event } from '../../src/protocol/event.ts';
import { RawClient } from './raw-client.ts';
import { FILES, NPUB, type Place, type Try } from './readme-recipes.ts';
import { startNost } from './relays.ts';

const ROOT = resolve(import.meta.dirname, '../..');
export const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'nost-readme-'));
const bin = join(folder, 'bin');
mkdirSync(bin);
writeFileSync(join(bin, 'nost'), `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/bin/nost.js" "$@"\n`, {
  mode: 0o755,
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** No recipe takes longer; what hangs is ended with all that it has started. */
export const PATIENCE_MS = 90_000;

export interface Told {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The code of a marked section. */
export function section(name: string): string {
  return new RegExp(`<!-- ${name} -->\n\`\`\`\\w*\n([\\s\\S]*?)\`\`\``).exec(README)![1]!;
}

export interface BashOptions {
  patience?: number;
  /** Told how many lines stdout has. */
  onLine?: (count: number) => void;
  /** Kills the script with all that it has started. */
  kill?: AbortSignal;
}

/** Runs a script in bash, in a home of its own. */
export function bash(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  { patience = PATIENCE_MS, onLine = () => {}, kill }: BashOptions = {},
): Promise<Told> {
  return new Promise(resolve => {
    const child = spawn('bash', ['-o', 'pipefail', '-c', script], {
      cwd,
      env: {
        PATH: bin + delimiter + process.env['PATH'],
        HOME: cwd,
        XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'], // the start cache, which all share
        NOST_NO_INPUT: '1',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a group of its own, which ends as one
    });
    const end = () => process.kill(-child.pid!, 'SIGKILL');
    const timer = setTimeout(end, patience);
    kill?.addEventListener('abort', end);
    const told: Told = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', chunk => {
      told.stdout += chunk;
      onLine(told.stdout.split('\n').length - 1);
    });
    child.stderr.on('data', chunk => {
      told.stderr += chunk;
    });
    child.on('close', code => {
      clearTimeout(timer);
      kill?.removeEventListener('abort', end);
      resolve({ ...told, code });
    });
  });
}

let worlds = 0;

/** An empty folder, gone after the tests. */
export function newHome(): string {
  const home = join(folder, `home-${worlds++}`);
  mkdirSync(home);
  return home;
}

/** A relay of a recipe. */
async function open(place: Place = {}): Promise<{ url: string; close(): unknown }> {
  if (place === 'dead') return { url: 'ws://127.0.0.1:1', close: () => {} };
  if (place !== 'silent') return startNost(place);
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => {}));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** Everything a relay holds. */
async function storedIn(url: string): Promise<Event[]> {
  const client = await RawClient.connect(url);
  const events = await client.query({});
  client.close();
  return events;
}

/** Runs the lines of a recipe in a world of its own, and checks what it came to. */
export async function attempt(lines: string, trial: Try, patience: number): Promise<void> {
  const home = newHome();
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(home, name), text, { mode: 0o600 });
  const [relay, a, b] = await Promise.all([open(trial.relay), open(trial.a), open(trial.b)]);
  const urls = { relay: relay.url, a: a.url, b: b.url };
  const { live } = trial;
  let sent: Promise<void> | undefined;
  const onLine = (count: number) => {
    if (live && count >= live.after) sent ??= send(urls[live.to ?? 'b'], live.event);
  };
  try {
    const words = { 'npub1…': NPUB, ...trial.instead };
    const real = Object.entries(words)
      .reduce((text, [word, other]) => text.replaceAll(word, other), lines)
      .replace(/wss:\/\/(relay|a|b)\.example/g, (_, place: keyof typeof urls) => urls[place]);
    const told = await bash(real, home, trial.env, { patience, onLine });
    await trial.check({
      ...told,
      file: name => readFileSync(join(home, name), 'utf8'),
      stored: place => storedIn(urls[place]),
    });
  } finally {
    await sent;
    await Promise.all([relay, a, b].map(each => each.close()));
  }
}

async function send(url: string, event: Event): Promise<void> {
  const client = await RawClient.connect(url);
  await client.publish(event);
  client.close();
}
