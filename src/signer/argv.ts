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
 * `secret=`, anywhere in the argument, percent-encoded too. `argv` starts after the name of the program.
 * @example
 * refuseSecretsInArgv(['publish', '-m', 'my nsec1 is gone']) // → undefined
 * refuseSecretsInArgv(['decode', `nostr:nsec1${'q'.repeat(58)}`]) // throws argument 2 holds a secret key (nsec)
 */
export function refuseSecretsInArgv(argv: readonly string[]): void {
  for (const [index, argument] of argv.entries()) {
    const forms = [argument, percentDecoded(argument)];
    const found = SECRETS.find(secret => forms.some(form => secret.isIn(form)));
    if (found) throw secretInArgv(`argument ${index + 1} holds ${found.name}`);
  }
}

/** How often a text is percent-encoded at most: a link within a link. */
const MOST_LAYERS = 4;

/** What a server of the link reads: `nsec%31…` is an nsec for it. */
function percentDecoded(text: string): string {
  let decoded = text;
  for (let layer = 0; layer < MOST_LAYERS && decoded.includes('%'); layer++)
    decoded = decoded.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return decoded;
}

/** Takes time in proportion to the length of the text: one expression for the whole would try each letter as a begin. */
function holdsSecretUri(text: string): boolean {
  if (!/secret=/i.test(text)) return false;
  return text.split(/\s+/).some(word => /[?&;#]secret=[^&;#]/i.test(afterScheme(word)));
}

/** What stands behind the first scheme and its colon; nothing where there is none. */
function afterScheme(word: string): string {
  for (const { 0: run, index } of word.matchAll(/[a-z0-9+.-]+:?/gi))
    if (run.endsWith(':') && /[a-z]/i.test(run)) return word.slice(index + run.length);
  return '';
}

/** The error for a secret on the command line. `finding` says where it is, never what it is. */
export function secretInArgv(finding: string): UsageError {
  return new UsageError(
    `${finding}: a command line can be read by other programs and stays in the shell's history`,
    {
      code: 'secret_in_argv',
      hint: 'Give a key by --sec-file PATH, --sec-fd N, --prompt-sec or NOSTR_SECRET_KEY; give decode and wallet add their input on stdin.',
    },
  );
}
