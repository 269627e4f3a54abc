// The flags that only the commands about keys have.
import { type Command, Option } from 'commander';
import { WRITTEN_LOG_N } from '../protocol/nip49.ts';
import { quote } from '../protocol/quote.ts';
import { parsedBy, wholeNumber } from './options.ts';

/** Where a key is to be kept. */
export function declareStore(command: Command): void {
  command.addOption(
    new Option('--store <kind>', 'where the key is kept (default: auto, the keychain)').choices([
      'auto',
      'keychain',
      'file',
      'plain',
    ]),
  );
  command.addOption(new Option('--insecure', 'agree that --store plain keeps the key unencrypted'));
}

/** The cost of an ncryptsec. */
export function declareLogN(command: Command): void {
  command.addOption(
    new Option('--log-n <n>', 'scrypt cost of the ncryptsec, 16 to 20 (default: 18, 256 MiB)').argParser(
      parsedBy('--log-n', parseLogN),
    ),
  );
}

function parseLogN(text: string): number {
  const value = wholeNumber(WRITTEN_LOG_N.least)(text);
  if (value > WRITTEN_LOG_N.most) throw new Error(`${quote(text)} is above ${WRITTEN_LOG_N.most}`);
  return value;
}
