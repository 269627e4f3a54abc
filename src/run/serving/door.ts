// What the flags of the door say to the server; the files of --tls-cert and --tls-key are read and tried here.
import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { IoError, UsageError } from '../../errors.ts';
import type { DoorFlags } from '../../flags/serving/door-flags.ts';
import { readNamedFile } from '../../input/named-file.ts';
import { quote } from '../../protocol/quote.ts';
import type { Tls } from '../../server/network/http-front.ts';

/** A chain of certificates is a few kilobytes. */
const MAX_PEM_BYTES = 1024 * 1024;

/** What the flags say to the server. Rejects with `IoError` when a file is of no use. */
export async function doorOptions(flags: DoorFlags, signal: AbortSignal) {
  const { url, allowHost, allowOrigin } = flags;
  const tls = await readTls(flags, signal);
  return { tls, allowedHosts: allowHost, allowedOrigins: allowOrigin, ...(url && { serviceUrl: url }) };
}

async function readTls({ tlsCert, tlsKey }: DoorFlags, signal: AbortSignal): Promise<Tls | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined)
    throw new UsageError('--tls-cert and --tls-key belong together', { code: 'bad_value' });
  const limits = { most: MAX_PEM_BYTES, signal, code: 'tls' } as const;
  const cert = await readNamedFile('--tls-cert', tlsCert, limits);
  const key = await readNamedFile('--tls-key', tlsKey, limits);
  tryTo('--tls-cert', tlsCert, 'there is no usable certificate in it', () => new X509Certificate(cert));
  tryTo('--tls-key', tlsKey, 'there is no usable private key in it', () => createSecureContext({ key }));
  tryTo('--tls-key', tlsKey, `it is not the key of ${quote(tlsCert)}`, () =>
    createSecureContext({ cert, key }),
  );
  return { cert, key };
}

function tryTo(flag: string, path: string, problem: string, use: () => unknown): void {
  try {
    use();
  } catch (error) {
    throw new IoError(`${flag}: ${quote(path)}: ${problem}`, {
      code: 'tls',
      hint: 'Give PEM files: a certificate with its chain, and its key without a passphrase.',
      cause: error,
    });
  }
}
