// `nost keygen`: makes a key and says where it went. A secret is printed only when asked for.
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { generateSecretKey, publicKeyOf } from '../protocol/keys.ts';
import { encodeEntity } from '../protocol/nip19.ts';
import { keyFolder, writePlainKey } from '../signer/plain-store.ts';
import type { CommandModule, Invocation } from './command.ts';

interface KeygenFlags {
  store?: 'plain';
  insecure?: boolean;
  printSecret?: boolean;
}

export const keygen: CommandModule = {
  examples: [
    {
      line: 'nost keygen --store plain --insecure',
      about: 'a key in a file that only you can read; prints its path',
    },
    {
      line: '(umask 077; nost keygen --print-secret | jq -r .nsec > key.txt)',
      about: 'a key in a file of your own choice',
    },
  ],
  exits: ['io'],
  declare,
  run,
};

function declare(command: Command): void {
  command.addOption(new Option('--store <kind>', 'where the key is kept').choices(['plain']));
  command.addOption(new Option('--insecure', 'agree that --store plain keeps the key unencrypted'));
  command.addOption(new Option('--print-secret', 'print the secret key too, as nsec'));
}

async function run(context: Context, { args: [extra], options }: Invocation): Promise<void> {
  const { store, insecure = false, printSecret = false }: KeygenFlags = options;
  if (extra !== undefined) throw new UsageError('keygen takes no arguments');
  refuseLoss(store, insecure, printSecret);
  const secretKey = generateSecretKey();
  try {
    const pubkey = publicKeyOf(secretKey);
    const npub = encodeEntity({ type: 'npub', pubkey });
    const nsec = encodeEntity({ type: 'nsec', secretKey });
    const path = store === 'plain' ? await writePlainKey(keyFolder(context.env), npub, nsec) : null;
    const line = { npub, pubkey, name: null, store: store ?? null, path };
    await context.stdout.line(JSON.stringify(printSecret ? { ...line, nsec } : line));
  } finally {
    secretKey.fill(0);
  }
}

/** Nothing is made that would be lost at once or kept less safely than its owner knows. */
function refuseLoss(store: 'plain' | undefined, insecure: boolean, printSecret: boolean): void {
  if (store === 'plain' && !insecure) {
    throw new UsageError('--store plain keeps the key unencrypted in a file', {
      code: 'insecure_store',
      hint: 'If that is what you want: nost keygen --store plain --insecure',
    });
  }
  if (store === undefined && !printSecret) {
    throw new UsageError('the key would be lost: say where it goes', {
      code: 'no_store',
      hint: 'nost keygen --store plain --insecure keeps it in a file; --print-secret prints it.',
    });
  }
}
