// `--cacert FILE`: the certificates of more authorities to trust.
import { X509Certificate } from 'node:crypto';
import { IoError } from '../../errors.ts';
import { readNamedFile } from '../../input/named-file.ts';
import { quote } from '../../protocol/quote.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** All the authorities of a system together are less than one. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** The certificates in a PEM file, at least one. Rejects with `IoError` when it cannot be read or holds none. */
export async function readAuthorities(path: string, signal: AbortSignal): Promise<string[]> {
  const limits = { most: MAX_FILE_BYTES, signal, code: 'cacert' } as const;
  const text = (await readNamedFile('--cacert', path, limits)).toString('latin1');
  const certificates = text.match(CERTIFICATE);
  if (certificates === null) throw unusable(path, 'there is no certificate in it');
  certificates.forEach((certificate, index) => {
    try {
      new X509Certificate(certificate);
    } catch (error) {
      throw unusable(path, `certificate ${index + 1} is damaged`, error);
    }
  });
  return certificates;
}

function unusable(path: string, why: string, cause?: unknown): IoError {
  return new IoError(`--cacert: ${quote(path)}: ${why}`, {
    code: 'cacert',
    hint: 'Give a file with certificates in PEM: -----BEGIN CERTIFICATE-----',
    cause,
  });
}
