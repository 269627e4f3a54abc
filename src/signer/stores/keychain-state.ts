// What can be wrong with a keychain, recognised by the messages that libraries and services were seen to give, and what
// to tell the user. The states are stable: scripts see them as `keychain_…`.
import { SignerError } from '../../errors.ts';
import { quote } from '../../protocol/quote.ts';

export type KeychainState =
  | 'no_library'
  | 'no_bus'
  | 'no_service'
  | 'no_collection'
  | 'locked'
  | 'timeout'
  | 'crashed'
  | 'denied'
  | 'wrong_item'
  | 'missing'
  | 'failed';

/** There is no keychain on this machine or in this login session, so another store may be offered. */
export const ABSENT: readonly KeychainState[] = ['no_library', 'no_bus', 'no_service', 'no_collection'];

const FILE_INSTEAD = 'A new key can go into an encrypted file: --store file.';

interface Wording {
  message: string;
  /** What makes a keychain that is absent work; undefined where nothing at hand does. */
  repair?: string;
  /** What else there is to say. */
  hint: string;
}

const WORDINGS: Readonly<Record<Exclude<KeychainState, 'failed'>, Wording>> = {
  no_library: {
    message: 'the keychain library libsecret is not installed',
    repair:
      'For the keychain: apt install libsecret-1-0 (Debian, Ubuntu) · dnf install libsecret (Fedora) · pacman -S libsecret (Arch)',
    hint: FILE_INSTEAD,
  },
  no_bus: {
    message: 'no desktop session here (SSH, container, cron?), so there is no keychain to ask',
    hint: `To sign here, give the key by NOSTR_SECRET_KEY, --sec-file or --sec-fd.\n${FILE_INSTEAD}`,
  },
  no_service: {
    message: 'no keyring program answers',
    repair:
      'For a keychain: install and start gnome-keyring, KWallet or KeePassXC (with its Secret Service turned on).',
    hint: FILE_INSTEAD,
  },
  no_collection: {
    message: 'the keyring has no default collection yet, and no window to create one',
    repair: 'For the keychain: log in to a desktop once.',
    hint: FILE_INSTEAD,
  },
  locked: {
    message: 'the keychain is locked',
    hint: 'Unlock it and try again (macOS over SSH: security unlock-keychain). What it holds is still there; nothing was changed.\nA new key can go into an encrypted file: --store file.',
  },
  timeout: {
    message: 'the keychain did not answer within its time',
    hint: 'Is it waiting for you to unlock it? NOST_KEYCHAIN_TIMEOUT=SECONDS gives it more time; a new key can go into --store file.',
  },
  crashed: {
    message: 'the keychain library crashed (a known fault of keytar with locked keyrings)',
    hint: 'Unlock the keychain and try again; nost key doctor shows its state. A new key can go into --store file.',
  },
  denied: {
    message: 'you refused access to the keychain',
    hint: 'Try again and allow it. A new key can go into an encrypted file: --store file.',
  },
  wrong_item: {
    message: 'the keychain item holds a different key',
    hint: 'Nothing was signed. Import the right key again, or remove the account: nost key remove.',
  },
  missing: {
    message: 'the keychain is open, but holds no such key',
    hint: 'It was deleted there, or this is another keyring. Import it again, or remove the account: nost key remove.',
  },
};

/** The first match decides. Quotation marks are left out, because they depend on the locale. */
const SIGNS: readonly [RegExp, KeychainState][] = [
  [
    /libsecret-1\.so|cannot open shared object|Failed to load keytar|Cannot find (?:package|module)/i,
    'no_library',
  ],
  [
    /autolaunch|auto-launching|dbus-launch|Cannot spawn a message bus|Could not connect:|does not contain a colon|unsupported transport/i,
    'no_bus',
  ],
  [/not provided by any \.service files|ServiceUnknown|NameHasNoOwner/i, 'no_service'],
  [/Object does not exist at path|No such interface .?org\.freedesktop\.Secret/i, 'no_collection'],
  [
    /locked collection|User interaction is not allowed|IsLocked|unlock prompt was dismissed|is locked/i,
    'locked',
  ],
  [/Timeout was reached|NoReply|timed out/i, 'timeout'],
  [
    /User canceled the operation|user name or passphrase you entered is not correct|AccessDenied|was cancelled/i,
    'denied',
  ],
];

/** The state for an error message of keytar, libsecret, D-Bus or macOS. */
export function stateOf(text: string): KeychainState {
  return SIGNS.find(([pattern]) => pattern.test(text))?.[1] ?? 'failed';
}

/** A keychain operation failed, exit code 6; `code` is `keychain_` and the state. */
export class KeychainError extends SignerError {
  readonly state: KeychainState;
  /** What makes an absent keychain work, if something at hand does. */
  readonly repair: string | undefined;

  /** `detail` is the message of the library, for a state without a message of its own; or the owner of the item. */
  constructor(state: KeychainState, detail = '') {
    const { message, repair, hint } = wordingOf(state, detail);
    super(message, { code: `keychain_${state}`, hint: repair === undefined ? hint : `${repair}\n${hint}` });
    this.state = state;
    this.repair = repair;
  }
}

function wordingOf(state: KeychainState, detail: string): Wording {
  if (state === 'failed') {
    return {
      message: `the keychain failed: ${quote(detail, 200)}`,
      hint: `nost key doctor shows its state.\n${FILE_INSTEAD}`,
    };
  }
  const wording: Wording = WORDINGS[state];
  const { message, hint } = wording;
  if (state === 'timeout' && detail) return { message: `the keychain did not answer within ${detail}`, hint };
  return detail ? { ...wording, message: `${message}: ${detail}` } : wording;
}
