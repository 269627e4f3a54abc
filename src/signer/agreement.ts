// The secret that a key shares with another one (ECDH), faster than the curve in JavaScript: fifty times by the libsecp256k1 of
// the system, else twice by Node's OpenSSL. Both take as long whatever the secret is. Neither is believed before it has
// answered what is known; and what it refuses, the curve in JavaScript decides.
import { createECDH } from 'node:crypto';
import { bytesToHex, hexToBytes, isHex32 } from '../protocol/hex.ts';
import { type Agree, sharedX } from '../protocol/nip44.ts';

/** What decides which is taken. */
export interface Machine {
  /** As `process.platform` names it. */
  platform: string;
  /** Used: NOST_VERIFY, where it asks for another engine than the library of the system. */
  env: Readonly<Record<string, string | undefined>>;
}

/** How a key agrees with others, and how what is kept of it for that is overwritten. */
export interface Agreement {
  agree: Agree;
  close(): void;
}

/** From the vectors of NIP-44: a secret, another's key, and the x coordinate of what they share. */
const KNOWN = {
  secret: '315e59ff51cb9209768cf7da80791ddcaae56ac9775eb25b6dee1234bc5d2268',
  pubkey: 'c2f9d9948dc8c7c38321e4b85c8558872eafa0641cd269db76848a6073e69133',
  shared: '5ad01c0fc57ed5f92a0518b6440ca876eb1f247ddbb237ba1caaabbf4cebbdce',
};

/** No points of the curve: the first lies on its twist, where it would give away a part of the secret. */
const NO_POINTS = ['eb1f7200aecaa86682376fb1c13cd12b732221e774f553b0a0857f88fa20f86d', 'f'.repeat(64)];

/** Undefined where there is nothing faster than JavaScript. */
export async function openAgreement(machine: Machine): Promise<Agreement | undefined> {
  const forced = machine.env['NOST_VERIFY'] || 'native';
  for (const open of [...(forced === 'native' ? [ofSystem] : []), ofNode]) {
    try {
      const agreement = await open(machine.platform);
      if (knowsAnswers(agreement.agree)) return { ...agreement, agree: orJavaScript(agreement.agree) };
    } catch {
      // it is not there
    }
  }
  return undefined;
}

async function ofSystem(platform: string): Promise<Agreement> {
  const { loadNativeAgree } = await import('../verify/native-agree.ts');
  return { agree: await loadNativeAgree(platform), close: () => {} };
}

/** A key is set once, for that takes as long as an agreement. */
async function ofNode(): Promise<Agreement> {
  const ecdh = createECDH('secp256k1');
  let holder: Uint8Array | undefined;
  const agree: Agree = (secretKey, pubkey) => {
    if (holder !== secretKey) ecdh.setPrivateKey(secretKey);
    holder = secretKey;
    const shared = ecdh.computeSecret(hexToBytes(`02${pubkey}`));
    const x = Uint8Array.from(shared);
    shared.fill(0);
    return x;
  };
  const close = () => {
    holder = undefined;
    ecdh.setPrivateKey(hexToBytes(KNOWN.secret)); // OpenSSL overwrites the one before
  };
  return { agree, close };
}

function knowsAnswers(agree: Agree): boolean {
  const secret = hexToBytes(KNOWN.secret);
  return bytesToHex(agree(secret, KNOWN.pubkey)) === KNOWN.shared && NO_POINTS.every(refuses);

  function refuses(pubkey: string): boolean {
    try {
      agree(secret, pubkey);
      return false;
    } catch {
      return true;
    }
  }
}

/** What is refused is refused with the words of `sharedX`, and so are keys that are too short or written in another way. */
function orJavaScript(agree: Agree): Agree {
  return (secretKey, pubkey) => {
    try {
      if (secretKey.length === 32 && isHex32(pubkey)) return agree(secretKey, pubkey);
    } catch {
      // not by this
    }
    return sharedX(secretKey, pubkey);
  };
}
