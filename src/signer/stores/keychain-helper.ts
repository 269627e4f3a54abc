// The keychain helper: a separate program that does one operation with keytar and ends; nothing imports it. It can be
// killed when it takes too long, a crash of the native library ends only this process, and its parent disables core
// dumps. It reads one request from stdin and writes one reply to stdout: a line of JSON, and after it the 32 bytes of
// the key where there is one. Secrets pass only through these pipes.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { decodeEntity, encodeEntity } from '../../protocol/nip19.ts';

interface Request {
  operation: 'get' | 'set' | 'delete' | 'canary';
  service: string;
  account: string;
}

type Reply =
  | { done: 'found'; secret: Uint8Array }
  | { done: 'nothing' | 'ok' | 'damaged' }
  | { error: string };

type Keytar = typeof import('keytar');

/** The message of keytar hides why the library could not be loaded; the loader of the system tells the reason. */
async function loadKeytar(): Promise<Keytar> {
  try {
    const { default: keytar } = await import('keytar');
    return keytar;
  } catch (error) {
    throw loaderError() ?? error;
  }
}

function loaderError(): unknown {
  const require = createRequire(import.meta.url);
  try {
    const folder = dirname(require.resolve('keytar/package.json'));
    require(join(folder, 'prebuilds', `${process.platform}-${process.arch}`, 'keytar.node'));
  } catch (error) {
    return error;
  }
  return undefined;
}

async function perform({ operation, service, account }: Request, secret: Uint8Array): Promise<Reply> {
  const keytar = await loadKeytar();
  switch (operation) {
    case 'get':
      return found(await keytar.getPassword(service, account));
    case 'set':
      await keytar.setPassword(service, account, encodeEntity({ type: 'nsec', secretKey: secret }));
      return { done: 'ok' };
    case 'delete':
      return { done: (await keytar.deletePassword(service, account)) ? 'ok' : 'nothing' };
    case 'canary':
      return canary(keytar, service, account);
  }
}

function found(text: string | null): Reply {
  if (text === null) return { done: 'nothing' };
  try {
    const entity = decodeEntity(text.trim());
    if (entity.type === 'nsec') return { done: 'found', secret: entity.secretKey };
  } catch {
    // Its message is not used.
  }
  return { done: 'damaged' };
}

/** Writes a random test value, reads it back and removes it. */
async function canary(keytar: Keytar, service: string, account: string): Promise<Reply> {
  const value = randomBytes(16).toString('hex');
  await keytar.setPassword(service, account, value);
  const kept = await keytar.getPassword(service, account);
  await keytar.deletePassword(service, account);
  return kept === value ? { done: 'ok' } : { error: 'the keychain did not give back what it was given' };
}

function send(reply: Reply): void {
  const { secret, ...line } = 'secret' in reply ? reply : { ...reply, secret: undefined };
  const bytes = Buffer.concat([Buffer.from(`${JSON.stringify(line)}\n`), secret ?? new Uint8Array(0)]);
  process.stdout.end(bytes, () => process.exit());
}

function receive(bytes: Buffer): void {
  const end = bytes.indexOf('\n');
  const request = JSON.parse(bytes.toString('utf8', 0, end)) as Request;
  const secret = Uint8Array.from(bytes.subarray(end + 1));
  bytes.fill(0);
  perform(request, secret).then(send, error => send({ error: String(error?.message ?? error) }));
}

/** Whether the request is complete: the line and, for `set`, the whole key. */
function isWhole(bytes: Buffer): boolean {
  const end = bytes.indexOf('\n');
  if (end < 0) return false;
  return !bytes.subarray(0, end).includes('"set"') || bytes.length >= end + 33;
}

let received = Buffer.alloc(0);
let answered = false;
process.stdin.on('data', (chunk: Buffer) => {
  received = Buffer.concat([received, chunk]);
  if (answered || !isWhole(received)) return;
  answered = true;
  receive(received);
});
// The parent has ended. process.exit() could wait for the thread of keytar for ever.
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL'));
