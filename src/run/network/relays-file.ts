// `--relays-file FILE`: one relay on a line; blank lines and what follows a `#` do not count.

import { decodeText } from '../../encoding.ts';
import { UsageError } from '../../errors.ts';
import { readNamedFile } from '../../input/named-file.ts';
import { quote } from '../../protocol/quote.ts';

/** A relay as somebody wrote it, and where, for messages. */
export interface NamedRelay {
  word: string;
  /** Stands before the message: `NOST_RELAYS: `; empty for the command line. */
  origin: string;
}

/** A list of relays is a few lines; a file beyond this is another file. */
const MAX_FILE_BYTES = 1024 * 1024;

/** The relays of a file, each with its line number. Rejects with `IoError` when it cannot be read. */
export async function readRelaysFile(path: string, signal: AbortSignal): Promise<NamedRelay[]> {
  const limits = { most: MAX_FILE_BYTES, signal, code: 'relays_file' } as const;
  const lines = textOf(path, await readNamedFile('--relays-file', path, limits)).split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const word = withoutComment(line);
    const where = `${quote(path)}, line ${index + 1}`;
    if (/\s/.test(word)) throw notRelays(where);
    return word === '' ? [] : [{ word, origin: `${where}: ` }];
  });
}

/** A `#` within a word belongs to it: it would be a URL's fragment. */
function withoutComment(line: string): string {
  return line.replace(/(^|\s)#.*/, '').trim();
}

function textOf(path: string, bytes: Buffer): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    throw new UsageError(`--relays-file: ${quote(path)} is ${(error as Error).message}`, {
      code: 'bad_relay',
    });
  }
}

/** The line is not quoted: a file that was named by mistake may hold a key or a seed phrase. */
function notRelays(where: string): UsageError {
  return new UsageError(`${where} is no relay`, {
    code: 'bad_relay',
    hint: 'Write one URL on a line, such as wss://relay.example.',
  });
}
