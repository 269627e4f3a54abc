// `nost key doctor`: tests the OS keychain with a value that is no key, and names the keys that lie unencrypted. No key is
// read.
import type { Context } from '../../context.ts';
import { SignerError } from '../../errors.ts';
import { type FlagsOf, flags, on } from '../../flags/flag.ts';
import { Accounts } from '../../signer/stores/accounts.ts';
import { Keychain, type KeychainReport } from '../../signer/stores/keychain.ts';
import { keyPath, shownName } from '../../signer/stores/stores.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = flags('Flags', { json: on('--json', 'print the report as one JSON object') });

export const keyDoctor = command({
  examples: [
    { line: 'nost key doctor', about: 'state, keyring program, bus and speed' },
    { line: 'nost key doctor --json | jq -r .state', about: 'for scripts: ok, locked, no_bus …' },
  ],
  exits: ['signer'],
  flags: FLAGS,
  run,
});

async function run(context: Context, { flags }: Invocation<FlagsOf<typeof FLAGS>>): Promise<void> {
  const report = await new Keychain(context.keys).inspect();
  if (flags.json) await context.stdout.line(JSON.stringify(report));
  else await context.stdout.lines(linesOf(report));
  await tellUnencrypted(context);
  if (report.state === 'ok') return;
  throw new SignerError(report.message!, {
    code: `keychain_${report.state}`,
    hint: report.hint ?? undefined,
  });
}

async function tellUnencrypted({ keys }: Context): Promise<void> {
  for (const account of await new Accounts(keys).list())
    if (account.store === 'plain')
      keys.note(`the key of ${shownName(account)} lies unencrypted in ${keyPath(account, keys)}`);
}

function linesOf({ state, backend, bus, locked, latency_ms }: KeychainReport): string[] {
  const rows = { state, backend, bus, locked, latency: latency_ms === null ? null : `${latency_ms} ms` };
  return Object.entries(rows)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${`${name}:`.padEnd(9)} ${value}`);
}
