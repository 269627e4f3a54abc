// The events that the bench reads: signed, of the shapes and in the proportions a large relay holds, made from a
// seed. A block of 100,000 is made once and kept outside the repository (about 90 MB).
import { createHash, hash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as secp256k1 from 'tiny-secp256k1';
import { numbers } from '../support/mutations.ts';

/** Raise it when what is made changes. */
const EDITION = 1;

export const BLOCK = 100_000;

/** The newest event of block 0; the events of a block are three seconds apart on average, and go back in time. */
const NEWEST = 1_750_000_000;

const FOLDER = join(process.env['XDG_CACHE_HOME'] ?? tmpdir(), 'nost-bench');

/** The file of a block, newest event first, one canonical line each. Made when it is not there. */
export async function corpusBlock(block: number): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `corpus-${EDITION}-${block}.jsonl`);
  if (existsSync(path)) return path;
  process.stderr.write(`making ${path} …\n`);
  const stream = createWriteStream(`${path}.part`);
  let lines: string[] = [];
  for (const line of events(block)) {
    lines.push(line);
    if (lines.length < 1000) continue;
    if (!stream.write(`${lines.join('\n')}\n`)) await once(stream, 'drain');
    lines = [];
  }
  stream.end();
  await once(stream, 'close');
  renameSync(`${path}.part`, path);
  return path;
}

interface Author {
  secret: Buffer;
  pubkey: string;
}

const WORDS =
  'the a relay note zap sats bitcoin nostr client event key just gm think people would make time good freedom protocol today good morning reply thread build ship https://example.com/p/ photo.jpg 🔥 🤙 😂 ❤️ schön été 日本語 “quoted” "straight" and so on, with more. Or less? yes! no'.split(
    ' ',
  );

/** A generator of one block's lines. */
function* events(block: number): Generator<string> {
  const next = numbers(7447 + block);
  const authors = Array.from({ length: 2000 }, (_, i) => author(i));
  /** Few write much: the square of an even number is not even. */
  const someone = () => authors[Math.floor((next() / 2 ** 32) ** 2.5 * authors.length)]!;
  const ids: string[] = ['00'.repeat(32)];
  let createdAt = NEWEST - block * BLOCK * 3;
  for (let i = 0; i < BLOCK; i++) {
    createdAt -= next() % 7;
    const { secret, pubkey } = someone();
    const { kind, tags, content } = draft(next, ids, () => someone().pubkey, block * BLOCK + i);
    const id = hash('sha256', JSON.stringify([0, pubkey, createdAt, kind, tags, content]), 'hex');
    const sig = Buffer.from(secp256k1.signSchnorr(Buffer.from(id, 'hex'), secret, ZEROS)).toString('hex');
    ids[next() % 500] = id;
    yield JSON.stringify({ id, pubkey, created_at: createdAt, kind, tags, content, sig });
  }
}

const ZEROS = new Uint8Array(32);

function author(number: number): Author {
  const secret = createHash('sha256').update(`nost bench author ${number}`).digest();
  return { secret, pubkey: Buffer.from(secp256k1.xOnlyPointFromScalar(secret)).toString('hex') };
}

interface Draft {
  kind: number;
  tags: string[][];
  content: string;
}

/** Roughly what a large public relay holds: reactions and notes, then zaps, reposts, lists, articles. */
function draft(next: () => number, ids: string[], someone: () => string, number: number): Draft {
  const some = () => ids[next() % ids.length] ?? ids[0]!;
  const words = (count: number) => Array.from({ length: count }, () => WORDS[next() % WORDS.length]!);
  const dice = next() % 100;
  if (dice < 38)
    return {
      kind: 7,
      tags: [
        ['e', some()],
        ['p', someone()],
        ['k', '1'],
      ],
      content: next() % 3 ? '+' : '🤙',
    };
  if (dice < 55)
    return { kind: 1, tags: next() % 3 ? [] : [['t', 'nostr']], content: words(5 + (next() % 60)).join(' ') };
  if (dice < 78) {
    const tags = [
      ['e', some(), 'wss://relay.example.com/', 'root'],
      ['e', some(), '', 'reply'],
      ...Array.from({ length: 1 + (next() % 4) }, () => ['p', someone()]),
    ];
    return { kind: 1, tags, content: words(3 + (next() % 40)).join(next() % 4 ? ' ' : '\n') };
  }
  if (dice < 88) return zapReceipt(next, some(), someone(), someone());
  if (dice < 93) {
    const inner = JSON.stringify({ id: some(), pubkey: someone(), content: words(30).join(' '), tags: [] });
    return {
      kind: 6,
      tags: [
        ['e', some(), 'wss://relay.example.com/'],
        ['p', someone()],
      ],
      content: inner,
    };
  }
  if (dice < 96) {
    const tags = Array.from({ length: 20 + (next() % 80) }, () => ['p', someone()]);
    return { kind: 3, tags, content: '' };
  }
  if (dice < 98)
    return {
      kind: 1059,
      tags: [['p', someone()]],
      content: Buffer.from(words(120).join('')).toString('base64'),
    };
  const tags = [
    ['d', `article-${number}`],
    ['title', words(6).join(' ')],
    ['t', 'nostr'],
    ['published_at', '1700000000'],
  ];
  return { kind: 30023, tags, content: `# ${words(4).join(' ')}\n\n${words(300).join(' ')}\n` };
}

function zapReceipt(next: () => number, event: string, from: string, to: string): Draft {
  const request = JSON.stringify({
    id: event,
    pubkey: from,
    created_at: NEWEST,
    kind: 9734,
    tags: [
      ['e', event],
      ['p', to],
      ['relays', 'wss://relay.example.com', 'wss://nos.example.com'],
      ['amount', '21000'],
    ],
    content: '',
    sig: event + from,
  });
  const invoice = `lnbc210n1p${Array.from({ length: 40 }, () => (next() >>> 0).toString(36).padStart(7, 'q')).join('')}`;
  const tags = [
    ['p', to],
    ['e', event],
    ['P', from],
    ['bolt11', invoice],
    ['description', request],
    ['preimage', from],
  ];
  return { kind: 9735, tags, content: '' };
}
