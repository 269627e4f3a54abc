// Parses a file descriptor from the command line.
import { UsageError } from '../../errors.ts';

/**
 * The number given to `--sec-fd`. A value that is not a number is not quoted: it may be the key.
 * Throws `UsageError`.
 */
export function parseDescriptor(text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new UsageError('--sec-fd: a file descriptor is a whole number from 0 up', {
      code: 'bad_descriptor',
    });
  }
  return Number(text);
}
