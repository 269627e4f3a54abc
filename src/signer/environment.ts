// What the ladder knows of the world outside: handed in by the context, so that nothing in this folder reads
// `process`. The two variables that carry a secret are taken out of the environment the moment it is seen.

/** Environment variables as `process.env` has them. */
export type Variables = Record<string, string | undefined>;

const NAMES = ['NOSTR_SECRET_KEY', 'NOSTR_SECRET_KEY_FILE'] as const;

export type SecretVariable = (typeof NAMES)[number];

/**
 * The secret variables, moved out of `variables`: they are deleted there, so that no child process inherits them.
 * Make one at the start of the program, whether or not the command signs.
 */
export class SecretVariables {
  readonly #values = new Map<SecretVariable, string>();

  constructor(variables: Variables) {
    for (const name of NAMES) {
      const value = variables[name];
      if (value !== undefined) this.#values.set(name, value);
      delete variables[name];
    }
  }

  /** Undefined when it was not set; an empty text when it was set to nothing. */
  get(name: SecretVariable): string | undefined {
    return this.#values.get(name);
  }

  /** Which of the two were set, for `nost env`. */
  get names(): SecretVariable[] {
    return [...this.#values.keys()];
  }
}

export interface SignerEnvironment {
  secrets: SecretVariables;
  /** Read: NOST_AS, NOST_PASSPHRASE_…, NOST_KEYCHAIN_TIMEOUT, CREDENTIALS_DIRECTORY, HOME, XDG_… and the bus. */
  env: Readonly<Variables>;
  /** Owner that a key file must have (or root); undefined where the system has no such numbers. */
  userId: number | undefined;
  /** As `process.platform` says. */
  platform: string;
  /** The program and first arguments that start the keychain's helper. */
  helper: readonly string[];
  /** Milliseconds since 1970. */
  now(): number;
  /** Whether somebody can be asked. */
  hasTerminal(): boolean;
  /** Asks on the terminal without echo. */
  promptHidden(text: string, options?: { signal?: AbortSignal | undefined }): Promise<string>;
  /** Asks on the terminal. */
  promptLine(text: string, options?: { signal?: AbortSignal | undefined }): Promise<string>;
  /** Tells the person something to know: a warning, a wait. */
  note(message: string): void;
  /** Tells what -v shows. */
  detail(message: string): void;
  /** Gives up every wait. */
  signal?: AbortSignal | undefined;
  /** How long a pipe may take to deliver the key, in milliseconds; 60,000 when absent. */
  patience?: number | undefined;
  /** Told each secret once it is loaded, so that the log can redact it. Must not keep the bytes. */
  onSecret?: ((secret: Uint8Array) => void) | undefined;
}
