// A PostgreSQL cluster of its own for the tests: in a temporary folder, on a socket there, without durability.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Debian keeps the programs of each version in a folder of its own. */
const DEBIAN = '/usr/lib/postgresql';

/** The folder of the newest installed server; undefined where there is none. */
function serverFolder(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map(version => join(DEBIAN, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  return folders.find(folder => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'psql')));
}

const folder = serverFolder();

/** Why there is none to test with; false where there is. */
export const noPostgres = folder !== undefined ? false : 'PostgreSQL is not installed';

/** The server refuses to be root. */
const isRoot = process.getuid?.() === 0;

const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));

/** The words that run a program of the server as somebody who may. */
function asServer(name: string, args: readonly string[]): [file: string, args: string[]] {
  const program = join(folder!, name);
  if (!isRoot) return [program, [...args]];
  // It ends with this process, however that ends.
  const words = ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--pdeathsig=QUIT'];
  return ['setpriv', [...words, program, ...args]];
}

export class Postgres {
  /** What a client must know to connect. */
  readonly env: Readonly<Record<string, string>>;
  readonly #home: string;
  #server: ChildProcess | undefined;
  /** They hold locks. */
  readonly #clients: ChildProcess[] = [];

  private constructor(home: string) {
    this.#home = home;
    this.env = { PGHOST: home, PGUSER: 'nost', PGDATABASE: 'postgres' };
  }

  /** Makes an empty cluster, and starts it. */
  static async start(): Promise<Postgres> {
    const home = mkdtempSync(join(tmpdir(), 'nost-pg-'));
    if (isRoot) chownSync(home, idOf('-u'), idOf('-g'));
    const words = [
      '-D',
      join(home, 'data'),
      '-U',
      'nost',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ];
    const [file, args] = asServer('initdb', words);
    execFileSync(file, args, { cwd: home, stdio: ['ignore', 'ignore', 'pipe'] });
    const postgres = new Postgres(home);
    await postgres.resume();
    return postgres;
  }

  /** Starts it again, when it was stopped. */
  async resume(): Promise<void> {
    const words = [
      '-D',
      join(this.#home, 'data'),
      '-F',
      '-h',
      '',
      '-k',
      this.#home,
      '-c',
      'shared_buffers=8MB',
    ];
    const [file, args] = asServer('postgres', words);
    const server = spawn(file, args, { cwd: this.#home, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#server = server;
    let log = '';
    await new Promise<void>((resolve, reject) => {
      server.stderr.on('data', chunk => {
        log += chunk;
        if (log.includes('ready to accept connections')) resolve();
      });
      server.once('close', () => reject(new Error(`PostgreSQL ended: ${log}`)));
    });
  }

  /** Ends it; with `crash` as a crash does, so that what was not written yet is lost. */
  async stop({ crash = false } = {}): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined || server.exitCode !== null) return;
    server.kill(crash ? 'SIGQUIT' : 'SIGINT');
    await once(server, 'close');
    for (const client of this.#clients.splice(0)) client.kill('SIGKILL');
  }

  /** What a statement gives, a line for each row. Throws what psql says. */
  query(sql: string): string[] {
    const args = ['-XAt', '-v', 'ON_ERROR_STOP=1', '-c', sql];
    const { status, stdout, stderr } = spawnSync(join(folder!, 'psql'), args, {
      env: { ...process.env, ...this.env },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(`${sql}: ${stderr}`);
    return stdout.split('\n').slice(0, -1);
  }

  /** Keeps others from writing into a table, until the server stops. */
  async lock(table: string): Promise<void> {
    const client = spawn(join(folder!, 'psql'), ['-XAtq'], {
      env: { ...process.env, ...this.env },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    client.stdin.write(`begin; lock table ${table} in share mode; select 'locked';\n`);
    await once(client.stdout, 'data');
    this.#clients.push(client);
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#home, { recursive: true, force: true });
  }
}
