// `--relays-file FILE`: one relay on a line; blank lines and what follows a `#` do not count.
import { createReadStream } from 'node:fs';
import { decodeText } from '../encoding.ts';
import { IoError, UsageError } from '../errors.ts';
import { quote } from '../protocol/quote.ts';

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
  const lines = textOf(path, await readBytes(path, signal)).split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const word = withoutComment(line);
    return word === '' ? [] : [{ word, origin: `${quote(path)}, line ${index + 1}: ` }];
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

async function readBytes(path: string, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of createReadStream(path, { signal })) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_FILE_BYTES) throw new Error(`it is larger than ${MAX_FILE_BYTES} bytes`);
    }
  } catch (error) {
    throw new IoError(`--relays-file: cannot read ${quote(path)}: ${(error as Error).message}`, {
      code: 'relays_file',
      cause: error,
    });
  }
  return Buffer.concat(chunks);
}
