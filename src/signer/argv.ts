// Refuses secrets on the command line, which every user of the machine can read and every shell records. Runs before
// anything else reads the arguments. Its messages never contain what it found.
import { UsageError } from '../errors.ts';

/** Deliberately wider than the bech32 alphabet: a secret with a typing error, or a half of one, is still a secret. */
const SECRETS: readonly { name: string; isIn(text: string): boolean }[] = [
  { name: 'a secret key (nsec)', isIn: text => /nsec1[a-z0-9]{16}/i.test(text) },
  { name: 'an encrypted secret key (ncryptsec)', isIn: text => /ncryptsec1[a-z0-9]{16}/i.test(text) },
  { name: 'a URI with a secret', isIn: holdsSecretUri },
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
    const found = SECRETS.find(secret => secret.isIn(argument));
    if (found) throw secretInArgv(`argument ${index + 1} holds ${found.name}`);
  }
}

/** Takes time in proportion to the length of the text: one expression for the whole would try each letter as a begin. */
function holdsSecretUri(text: string): boolean {
  if (!/secret=/i.test(text)) return false;
  return text.split(/\s+/).some(word => {
    const scheme = word.search(/(?<=[a-z][a-z0-9+.-]*):/i);
    return scheme !== -1 && /[?&;#]secret=[^&;#]/i.test(word.slice(scheme));
  });
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
