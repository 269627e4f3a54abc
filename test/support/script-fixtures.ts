// Signed events for scripts, and the way they reach a relay. Nothing of src/ takes part: a mistake of ours must not
// hide itself. They are signed by WebAssembly, which takes a tenth of the time of JavaScript.
import { once } from 'node:events';
import { npubEncode, nsecEncode } from 'nostr-tools/nip19';
import { getEventHash } from 'nostr-tools/pure';
import { signSchnorr, xOnlyPointFromScalar } from 'tiny-secp256k1';
import WebSocket from 'ws';

/** A fixed person, in every form a script may need. */
export interface Identity {
  /** 64 hex digits. */
  secretHex: string;
  /** 64 hex digits. */
  publicKey: string;
  npub: string;
  nsec: string;
}

/** The person of a secret key, 64 hex digits. */
export function identityOf(secretHex: string): Identity {
  const secretKey = Buffer.from(secretHex, 'hex');
  const publicKey = hexOf(xOnlyPointFromScalar(secretKey));
  return { secretHex, publicKey, npub: npubEncode(publicKey), nsec: nsecEncode(secretKey) };
}

export interface Fixture {
  id: string;
  pubkey: string;
  created_at: number;
  kind: number;
  tags: string[][];
  content: string;
  sig: string;
}

/** Unix seconds of an event that says nothing else. */
const DEFAULT_TIME = 1_700_000_000;

/** `kind= content= created_at= tags=` make the event (`now`, `now-60` are times); any other name is a tag. */
export function signFixture(
  author: Pick<Identity, 'secretHex'>,
  pairs: [name: string, value: string][],
): Fixture {
  const template = { kind: 1, content: '', created_at: DEFAULT_TIME, tags: [] as string[][] };
  for (const [name, value] of pairs) {
    if (name === 'kind') template.kind = Number(value);
    else if (name === 'content') template.content = value;
    else if (name === 'created_at') template.created_at = parseTime(value);
    else if (name === 'tags') template.tags.push(...(JSON.parse(value) as string[][]));
    else template.tags.push([name, value]);
  }
  const { created_at, kind, tags, content } = template;
  const secretKey = Buffer.from(author.secretHex, 'hex');
  const pubkey = hexOf(xOnlyPointFromScalar(secretKey));
  const id = getEventHash({ ...template, pubkey });
  const sig = hexOf(signSchnorr(Buffer.from(id, 'hex'), secretKey, new Uint8Array(32)));
  return { id, pubkey, created_at, kind, tags, content, sig };
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function parseTime(text: string): number {
  const match = /^now([+-]\d+)?$/.exec(text);
  return match ? Math.floor(Date.now() / 1000) + Number(match[1] ?? 0) : Number(text);
}

/** Publishes events; rejects when the relay refuses one or leaves. */
export async function seedRelay(url: string, events: Fixture[]): Promise<void> {
  if (events.length === 0) return;
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  const waiting = new Set(events.map(event => event.id));
  const answered = new Promise<void>((resolve, reject) => {
    socket.on('message', data => {
      const [verb, id, accepted, reason] = JSON.parse(data.toString());
      if (verb !== 'OK') return;
      if (!accepted) reject(new Error(`the relay refused the event ${id}: ${reason}`));
      waiting.delete(id);
      if (waiting.size === 0) resolve();
    });
    socket.on('close', () => reject(new Error('the relay left')));
  });
  for (const event of events) socket.send(JSON.stringify(['EVENT', event]));
  await answered;
  socket.terminate();
}
