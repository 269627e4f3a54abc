// Refuses secrets on the command line, which every user of the machine can read and every shell records. Runs before
// anything else reads the arguments. Its messages never contain what it found.
import { UsageError } from '../errors.ts';

/** Deliberately wider than the bech32 alphabet: a secret with a typing error is still a secret. */
const SECRETS: readonly { name: string; pattern: RegExp }[] = [
  { name: 'a secret key (nsec)', pattern: /nsec1[a-z0-9]{50}/i },
  { name: 'an encrypted secret key (ncryptsec)', pattern: /ncryptsec1[a-z0-9]{50}/i },
  { name: 'a URI with a secret', pattern: /[a-z][a-z0-9+.-]*:\S*[?&;#]secret=[^&;#\s]/i },
];

/**
 * Throws `UsageError` (code `secret_in_argv`) when an argument holds an nsec, an ncryptsec, or a URI with
 * `secret=`, anywhere in the argument. `argv` starts after the name of the program.
 * @example
 * refuseSecretsInArgv(['publish', '-m', 'my nsec1 is gone']) // → undefined
 * refuseSecretsInArgv(['decode', `nostr:nsec1${'q'.repeat(58)}`]) // throws argument 2 holds a secret key (nsec)
 */
export function refuseSecretsInArgv(argv: readonly string[]): void {
  for (const [index, argument] of argv.entries()) {
    const found = SECRETS.find(secret => secret.pattern.test(argument));
    if (found) throw secretInArgv(`argument ${index + 1} holds ${found.name}`);
  }
}

/** The error for a secret on the command line. `finding` says where it is, never what it is. */
export function secretInArgv(finding: string): UsageError {
  return new UsageError(
    `${finding}: a command line can be read by other programs and stays in the shell's history`,
    {
      code: 'secret_in_argv',
      hint: 'Give a key by --sec-file PATH, --sec-fd N, --prompt-sec or NOSTR_SECRET_KEY; give decode its input on stdin.',
    },
  );
}
