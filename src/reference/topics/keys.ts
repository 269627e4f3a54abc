// `nost help keys`: which key signs, where keys are stored, and how a passphrase is given.

export const KEYS = `Keys

  nost keygen --name me                    a new key in the OS keychain
  nost publish -m hello wss://relay.example
  nost key use work                        another default account
  nost publish -m hello --sec-file key.txt wss://relay.example
  nost key import --name old --prompt-sec  an existing key

Accounts
  An account is a key with a name.
    nost keygen --name me                a new key
    nost key import --name me < key.txt  a key you have
    nost publish -m hello --as me        sign with it
    nost key use me                      make it the default account
    nost key list                        list accounts; reads no secret
  The first account becomes the default one. When it is removed there is none
  until you choose another. A name has letters, digits and _ + -.

Which key signs: the first of these that is set
   1  --as ACCOUNT, --sec-file PATH, --sec-fd N or --prompt-sec (only one)
   2  NOST_AS
   3  NOSTR_SECRET_KEY
   4  NOSTR_SECRET_KEY_FILE
   5  $CREDENTIALS_DIRECTORY/nost-sec
   6  the default account (nost key use)
  If that one fails, the command fails with exit code 6. nost never tries
  another key and never makes one up.
  A source may hold an nsec, 64 hex digits or an ncryptsec (NIP-49).

No secret on the command line
  Other users can see the arguments of a process, and the shell keeps them in
  its history. So no flag takes a key. An nsec in the arguments is refused with
  exit code 2. Instead:
    nost publish -m hello --sec-file key.txt
    nost publish -m hello --sec-file <(pass show nostr)
    nost publish -m hello --sec-fd 3 3< key.txt

Where keys are stored (--store)
  auto      the OS keychain (default). Where there is none, nost asks whether to
            use "file"; without a terminal it does so only if a passphrase is
            set, and fails otherwise
  keychain  the same
  file      a file encrypted with a passphrase (NIP-49)
  plain     a file without encryption; needs --insecure. For tests
  Key files lie in $XDG_DATA_HOME/nost/keys, accounts in $XDG_CONFIG_HOME/nost.
  nost key import --command '["pass","show","nostr"]' stores no key: it runs
  that program each time the key is needed.
  nost key doctor tests the OS keychain.

Passphrases
  You are asked on the terminal, up to three times. Without a terminal set one
  of NOST_PASSPHRASE_FD, NOST_PASSPHRASE_FILE or NOST_PASSPHRASE_COMMAND.

Files
  A key file that other users can read is refused (chmod 600), except below
  $CREDENTIALS_DIRECTORY and /run/secrets. It must belong to you or to root.

Authentication (NIP-42)
  --auth allows nost to sign the challenge of the relays you named. Without it a
  relay that requires authentication ends with exit code 4.

What is hidden
  Secret keys, passwords of proxies and values of headers are replaced on stderr
  and in traces. Events on stdout are never changed. publish does not sign an
  event that holds an nsec or its own secret key, unless you give --allow-nsec.
  What may be a secret, such as 64 hex digits in a wrong place, is not quoted.
`;
