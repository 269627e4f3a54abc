// `nost key doctor`: how the keychain does, by a value of no worth. No key is read.
import { type Command, Option } from 'commander';
import type { Context } from '../../context.ts';
import { SignerError } from '../../errors.ts';
import { noArguments } from '../../flags/options.ts';
import { Keychain, type KeychainReport } from '../../signer/stores/keychain.ts';
import type { CommandModule, Invocation } from '../command.ts';

export const keyDoctor: CommandModule = {
  examples: [
    { line: 'nost key doctor', about: 'state, keyring program, bus and speed' },
    { line: 'nost key doctor --json | jq -r .state', about: 'for scripts: ok, locked, no_bus …' },
  ],
  exits: ['signer'],
  declare,
  run,
};

function declare(command: Command): void {
  command.addOption(new Option('--json', 'print the report as one JSON object'));
}

async function run(context: Context, { args, options }: Invocation): Promise<void> {
  noArguments('key doctor', args);
  const report = await new Keychain(context.keys).inspect();
  if (options.json) await context.stdout.line(JSON.stringify(report));
  else await context.stdout.lines(linesOf(report));
  if (report.state === 'ok') return;
  throw new SignerError(report.message!, {
    code: `keychain_${report.state}`,
    hint: report.hint ?? undefined,
  });
}

function linesOf({ state, backend, bus, locked, latency_ms }: KeychainReport): string[] {
  const rows = { state, backend, bus, locked, latency: latency_ms === null ? null : `${latency_ms} ms` };
  return Object.entries(rows)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${`${name}:`.padEnd(9)} ${value}`);
}
