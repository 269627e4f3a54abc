// What this folder may use of the outside world. The context passes it in, so that nothing here reads `process`. The
// two variables that hold a secret are removed from the environment when the program starts.

/** Environment variables as `process.env` has them. */
export type Variables = Record<string, string | undefined>;

const NAMES = ['NOSTR_SECRET_KEY', 'NOSTR_SECRET_KEY_FILE'] as const;

export type SecretVariable = (typeof NAMES)[number];

/**
 * The secret variables, taken from `variables`: they are deleted there, so that no child process inherits them.
 * Create one when the program starts, whether or not the command signs.
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

  /** Undefined when it was not set; an empty text when it was set to an empty value. */
  get(name: SecretVariable): string | undefined {
    return this.#values.get(name);
  }

  /** Which of the two variables were set, for `nost env`. */
  get names(): SecretVariable[] {
    return [...this.#values.keys()];
  }
}

export interface SignerEnvironment {
  secrets: SecretVariables;
  /** Used: NOST_AS, NOST_PASSPHRASE_…, NOST_KEYCHAIN_TIMEOUT, NOST_VERIFY, CREDENTIALS_DIRECTORY, HOME, XDG_…, DBUS_…. */
  env: Readonly<Variables>;
  /** The owner that a key file must have, unless it is root; undefined on a system without user ids. */
  userId: number | undefined;
  /** The value of `process.platform`. */
  platform: string;
  /** The program and arguments that start the keychain helper. */
  helper: readonly string[];
  /** Milliseconds since 1970. */
  now(): number;
  /** Whether there is a terminal to prompt on. */
  hasTerminal(): boolean;
  /** Prompts on the terminal without echo. */
  promptHidden(
    text: string,
    options?: {
      signal?: AbortSignal | undefined;
      goesOn?: ((typed: string, rest: string) => boolean) | undefined;
    },
  ): Promise<string>;
  /** Prompts on the terminal. */
  promptLine(text: string, options?: { signal?: AbortSignal | undefined }): Promise<string>;
  /** Tells the user something, such as what the program waits for. */
  note(message: string): void;
  /** The same, only where a person reads it: stderr is a terminal. */
  noteAtTerminal(message: string): void;
  /** Shows at a terminal what takes a while, until the returned function is called. */
  showWork(text: string): () => void;
  /** Logs a detail for -v. */
  detail(message: string): void;
  /** Aborts every wait. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that a pipe may take to deliver the key; 60,000 by default. */
  patience?: number | undefined;
  /** Called with each secret when it is loaded, so that the log can redact it. Must not keep the bytes. */
  onSecret?: ((secret: Uint8Array) => void) | undefined;
}
