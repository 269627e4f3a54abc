// The wallet of the town: a service of NIP-47 that answers at a relay. Nothing of src/ takes part: a mistake of ours must
// not hide itself.
import { once } from 'node:events';
import { decrypt, encrypt, getConversationKey } from 'nostr-tools/nip44';
import { finalizeEvent } from 'nostr-tools/pure';
import WebSocket from 'ws';
import { type Person, person } from './people.ts';

/** The key of the wallet, and that of its client. */
export const WALLET = person('07'.repeat(32));
export const CLIENT = person('08'.repeat(32));

/** What it does otherwise than it should. */
export interface WalletManners {
  /** Takes requests, and answers none. */
  silent?: boolean;
  /** The answer to a method: a result, or an error. Where there is none it is that of `ANSWERS`. */
  answers?: Readonly<Record<string, WalletAnswer>>;
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

/** Resolves when it listens and its info event (13194) is taken. */
export async function startTownWallet(relay: string, manners: WalletManners = {}): Promise<TownWallet> {
  const socket = new WebSocket(relay, { perMessageDeflate: false });
  await once(socket, 'open');
  const requests: { method: string; params: unknown }[] = [];
  const say = (...frame: unknown[]) => socket.send(JSON.stringify(frame));
  const ready = new Promise<void>(resolve => {
    socket.on('message', data => {
      const [verb, , event] = JSON.parse(data.toString());
      if (verb === 'EOSE') resolve();
      if (verb !== 'EVENT') return;
      const request = JSON.parse(decrypt(event.content, conversation(CLIENT)));
      requests.push(request);
      if (!manners.silent) say('EVENT', answerTo(event, request.method, manners));
    });
  });
  const now = Math.floor(Date.now() / 1000);
  const info = 'pay_invoice get_balance lookup_invoice';
  const tags = [['encryption', 'nip44_v2 nip04']];
  say('EVENT', finalizeEvent({ kind: 13194, content: info, tags, created_at: now }, WALLET.secretKey));
  say('REQ', 'wallet', { kinds: [23194], '#p': [WALLET.publicKey] });
  await ready;
  const { publicKey } = WALLET;
  return {
    uri: `nostr+walletconnect://${publicKey}?relay=${encodeURIComponent(relay)}&secret=${CLIENT.secretHex}`,
    requests,
    close: () => socket.terminate(),
  };
}

const conversation = ({ publicKey }: Person) => getConversationKey(WALLET.secretKey, publicKey);

function answerTo(
  request: { id: string; pubkey: string },
  method: string,
  { answers }: WalletManners,
): object {
  const none: WalletAnswer = { error: { code: 'NOT_IMPLEMENTED', message: method } };
  const answer = { ...ANSWERS, ...answers }[method] ?? none;
  const content = JSON.stringify({ result_type: method, result: null, error: null, ...answer });
  const tags = [
    ['p', request.pubkey],
    ['e', request.id],
  ];
  const created_at = Math.floor(Date.now() / 1000);
  return finalizeEvent(
    { kind: 23195, content: encrypt(content, conversation(CLIENT)), tags, created_at },
    WALLET.secretKey,
  );
}
