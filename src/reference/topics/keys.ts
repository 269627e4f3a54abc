// `nost help keys`.

export const KEYS = `Keys

  nost keygen --name me                    a new key in the OS keychain
  nost key use me                          the default account
  nost publish -m hello wss://relay.example
  nost publish -m hello --sec-file key.txt wss://relay.example
  nost key import --name old --prompt-sec  an existing key

Where a key is stored (--store)
  auto, keychain  the keychain of the operating system
  file            a file, encrypted with a passphrase (NIP-49)
  plain           a file, not encrypted; needs --insecure
nost never stores a key in a less safe place than you asked for. nost key doctor
tests the OS keychain.

Which key signs: the first of these that is named
  1. --sec-file, --sec-fd, --prompt-sec or --as   two of them are an error
  2. NOST_AS
  3. NOSTR_SECRET_KEY
  4. NOSTR_SECRET_KEY_FILE
  5. $CREDENTIALS_DIRECTORY/nost-sec
  6. the account set by nost key use
If that one fails, the command fails (exit 6). No other key is tried, and no key
is ever made up.

A source holds an nsec, 64 hex digits or an ncryptsec. No flag takes the key
itself: other users can read command lines. A key file must be readable by you
alone (chmod 600).

Passphrases are asked for on the terminal, or come from NOST_PASSPHRASE_FD,
NOST_PASSPHRASE_FILE or NOST_PASSPHRASE_COMMAND.

A key that is kept in a password manager stays there:
  nost key import --name work --command '["pass","show","nostr"]'

Secrets are never printed, except where you ask for it (--print-secret,
--reveal), and never appear in errors, logs or traces.
`;
