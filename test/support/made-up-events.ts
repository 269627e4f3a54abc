// Events a scripted relay makes up: floods of them, and forgeries. Signed and hashed without our own code.
import { createHash } from 'node:crypto';
import { signSchnorr } from 'tiny-secp256k1';
import type { FloodOptions, Forgery } from './scripted-steps.ts';

interface RelayEvent {
  id: string;
  pubkey: string;
  created_at: number;
  kind: number;
  tags: string[][];
  content: string;
  sig: string;
}

/** The event with one field that no longer fits: what a lying relay sends. */
export function forge<E extends { id: string; pubkey: string; content: string; sig: string }>(
  event: E,
  how: Forgery,
): E {
  const flip = (hex: string): string => (hex[0] === '0' ? '1' : '0') + hex.slice(1);
  switch (how) {
    case 'content':
      return { ...event, content: `${event.content} (forged)` };
    case 'sig':
      return { ...event, sig: flip(event.sig) };
    case 'id':
      return { ...event, id: flip(event.id) };
    case 'pubkey':
      return { ...event, pubkey: '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798' };
    default:
      throw new Error(`no forgery is called "${how}"`);
  }
}

const FLOOD_SECRET = new Uint8Array(32).fill(7);
const FLOOD_PUBKEY = '989c0b76cb563971fdc9bef31ec06c3560f3249d6ee9e5d83c57625596e05f6f';

/** The `index`th event of a flood: the same at each run. Its id is right; its signature only when asked for. */
export function makeEvent(index: number, options: FloodOptions = {}): RelayEvent {
  const { kind = 1, created_at: first = 1_700_000_000, perSecond, size = 0, signed = false } = options;
  const created_at = perSecond === undefined ? first : first + Math.floor(index / perSecond);
  const content = `event ${index}`.padEnd(size, '.');
  const text = JSON.stringify([0, FLOOD_PUBKEY, created_at, kind, [], content]);
  const hash = createHash('sha256').update(text).digest();
  const signature = signed ? signSchnorr(hash, FLOOD_SECRET, new Uint8Array(32)) : new Uint8Array(64);
  const [id, sig] = [hash.toString('hex'), Buffer.from(signature).toString('hex')];
  return { id, pubkey: FLOOD_PUBKEY, created_at, kind, tags: [], content, sig };
}
