// A NATS server with JetStream of its own for the tests, in a temporary folder, on a free port of the loopback.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian keeps it where only root looks. */
const ENV = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };

/** Why there is none to test with; false where there is. */
export const noNats =
  spawnSync('nats-server', ['--version'], { env: ENV }).status === 0 ? false : 'nats-server is not installed';

/** Bytes of a message. */
export const MAX_PAYLOAD = 400 * 1024;

export interface NatsServer {
  readonly url: string;
  /** Stops it where it stands, and lets it go on. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

export async function startNats(): Promise<NatsServer> {
  const home = mkdtempSync(join(tmpdir(), 'nost-nats-'));
  const settings = join(home, 'nats.conf');
  writeFileSync(settings, `max_payload: ${MAX_PAYLOAD}\n`);
  const words = ['-c', settings, '-a', '127.0.0.1', '-p', '-1', '-js', '-sd', home];
  const server = spawn('nats-server', words, {
    env: ENV,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  const port = await new Promise<string>((resolve, reject) => {
    server.stderr.on('data', chunk => {
      log += chunk;
      const [, found] = /Listening for client connections on \S+:(\d+)[\s\S]*Server is ready/.exec(log) ?? [];
      if (found !== undefined) resolve(found);
    });
    server.once('error', reject);
    server.once('close', () => reject(new Error(`nats-server ended: ${log}`)));
  });
  return {
    url: `nats://127.0.0.1:${port}`,
    freeze: () => server.kill('SIGSTOP'),
    thaw: () => server.kill('SIGCONT'),
    async close() {
      server.kill('SIGKILL');
      await once(server, 'close');
      rmSync(home, { recursive: true, force: true });
    },
  };
}
