// The wallet of the town: a service of NIP-47 that answers at a relay. Nothing of src/ takes part: a mistake of ours must
// not hide itself.
import { once } from 'node:events';
import { decrypt as decryptLegacy, encrypt as encryptLegacy } from 'nostr-tools/nip04';
import { decrypt, encrypt, getConversationKey } from 'nostr-tools/nip44';
import { finalizeEvent } from 'nostr-tools/pure';
import WebSocket from 'ws';
import type { EventTemplate } from '../../src/protocol/event.ts';
import { type Person, person } from './people.ts';

/** The key of the wallet, and that of its client. */
export const WALLET = person('07'.repeat(32));
export const CLIENT = person('08'.repeat(32));

/** What it does otherwise than it should. */
export interface WalletManners {
  /** Takes requests, and answers none. */
  silent?: boolean;
  /** What its info event says of encryption; null: nothing, as old wallets. */
  encryption?: string | null;
  /** Told of an invoice that it pays. */
  onPaid?: (invoice: string) => void;
  /** The frames that it sends for its answer, instead of that alone. */
  says?: (answer: Signed, request: Asked) => object[];
  /** The answer to a method: a result, or an error. Where there is none it is that of `ANSWERS`. */
  answers?: Readonly<Record<string, WalletAnswer>>;
}

/** What it answers with, and makes others of. */
export interface Signed {
  readonly event: object;
  /** The same with something else in it, signed by the wallet unless another key is given. */
  but(changes: Partial<EventTemplate>, by?: Person): object;
  /** Another answer to the same request. */
  other(answer: WalletAnswer): object;
}

/** A request as it came. */
export interface Asked {
  id: string;
  pubkey: string;
  method: string;
}

export type WalletAnswer = { result: object } | { error: { code: string; message: string } };

const ANSWERS: Readonly<Record<string, WalletAnswer>> = {
  get_balance: { result: { balance: 21_000_000 } },
  get_info: { result: { methods: ['get_balance', 'pay_invoice', 'lookup_invoice'] } },
  pay_invoice: { result: { preimage: '01'.repeat(32) } },
};

export interface TownWallet {
  /** `nostr+walletconnect://…`: it holds a secret. */
  readonly uri: string;
  /** The requests, decrypted, in their order. */
  readonly requests: readonly { method: string; params: unknown }[];
  close(): void;
}

let lastInfo = 0;

const METHODS = 'pay_invoice get_balance lookup_invoice';

/** Resolves when it listens and its info event (13194) is taken. */
export async function startTownWallet(relay: string, manners: WalletManners = {}): Promise<TownWallet> {
  const socket = new WebSocket(relay, { perMessageDeflate: false });
  const requests: { method: string; params: unknown }[] = [];
  let authId = '';
  const say = (...frame: unknown[]) => socket.send(JSON.stringify(frame));
  const ready = new Promise<void>(resolve => {
    socket.on('message', data => {
      const [verb, first, event] = JSON.parse(data.toString());
      if (verb === 'EOSE') resolve();
      if (verb === 'AUTH') {
        const auth = authTo(relay, first);
        authId = auth.id;
        say('AUTH', auth);
      }
      if (verb === 'OK' && first === authId) listen();
      if (verb !== 'EVENT') return;
      const isLegacy = event.content.includes('?iv=');
      const request = JSON.parse(
        isLegacy
          ? decryptLegacy(WALLET.secretKey, CLIENT.publicKey, event.content)
          : decrypt(event.content, conversation(CLIENT)),
      );
      requests.push(request);
      if (manners.silent) return;
      if (request.method === 'pay_invoice') manners.onPaid?.(request.params.invoice);
      const asked = { id: event.id, pubkey: event.pubkey, method: request.method };
      const answer = answerTo(asked, manners, isLegacy);
      for (const one of manners.says?.(answer, asked) ?? [answer.event]) say('EVENT', one);
    });
  });
  // Each replaces the one before, also within a second.
  lastInfo = Math.max(lastInfo + 1, Math.floor(Date.now() / 1000));
  const { encryption = 'nip44_v2 nip04' } = manners;
  const tags = encryption === null ? [] : [['encryption', encryption]];
  const info = finalizeEvent({ kind: 13194, content: METHODS, tags, created_at: lastInfo }, WALLET.secretKey);
  const listen = () => {
    say('EVENT', info);
    say('REQ', 'wallet', { kinds: [23194], '#p': [WALLET.publicKey] });
  };
  await once(socket, 'open'); // a challenge may come with it
  listen();
  await ready;
  const { publicKey } = WALLET;
  return {
    uri: `nostr+walletconnect://${publicKey}?relay=${encodeURIComponent(relay)}&secret=${CLIENT.secretHex}`,
    requests,
    close: () => socket.terminate(),
  };
}

const authTo = (relay: string, challenge: string) => {
  const tags = [
    ['relay', relay],
    ['challenge', challenge],
  ];
  const created_at = Math.floor(Date.now() / 1000);
  return finalizeEvent({ kind: 22242, content: '', tags, created_at }, WALLET.secretKey);
};

const conversation = ({ publicKey }: Person) => getConversationKey(WALLET.secretKey, publicKey);

function answerTo({ id, pubkey, method }: Asked, { answers }: WalletManners, isLegacy: boolean): Signed {
  const none: WalletAnswer = { error: { code: 'NOT_IMPLEMENTED', message: method } };
  const contentOf = (answer: WalletAnswer) => {
    const text = JSON.stringify({ result_type: method, result: null, error: null, ...answer });
    return isLegacy
      ? encryptLegacy(WALLET.secretKey, CLIENT.publicKey, text)
      : encrypt(text, conversation(CLIENT));
  };
  const template = {
    kind: 23195,
    content: contentOf({ ...ANSWERS, ...answers }[method] ?? none),
    tags: [
      ['p', pubkey],
      ['e', id],
    ],
    created_at: Math.floor(Date.now() / 1000),
  };
  const but = (changes: Partial<EventTemplate>, { secretKey }: Pick<Person, 'secretKey'> = WALLET) =>
    finalizeEvent({ ...template, ...changes }, secretKey);
  return { event: but({}), but, other: answer => but({ content: contentOf(answer) }) };
}
