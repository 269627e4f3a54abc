// Looks at the file of an LMDB database before LMDB maps it into memory: what is damaged there ends the process, not
// only the opening. It knows the two meta pages and the heads of the pages they name, no more.
import { appendFileSync, closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const DATA_FILE = 'data.mdb';
const LOCK_FILE = 'lock.mdb';

const MAGIC = 0xbeefc0de;
const HEAD = 24;
const META = 152 + 8;
const FLAGS = 18;
const BRANCH_OR_LEAF = 3;
/** Bytes: what one transaction may leave unwritten. */
const MOST_MISSING = 64 * 1024 * 1024;
const NO_PAGE = 0xffffffffffffffffn;

/** Where things are in a meta page. */
const AT = { magic: 24, pageSize: 48, roots: [88, 136], lastPage: 144, transaction: 152 } as const;

interface Meta {
  pageSize: number;
  lastPage: bigint;
  transaction: bigint;
  roots: bigint[];
}

/**
 * Whether the file in a folder is `new` (not there, or empty), `whole`, or `short`: pages at its end are missing. They
 * may never have been written, as pages that were free at once, so they are added, and LMDB finds zeros there. Throws
 * when it is no LMDB database, or none that can be read.
 */
export function inspect(folder: string): 'new' | 'whole' | 'short' {
  refuseSpecial(join(folder, LOCK_FILE));
  const size = refuseSpecial(join(folder, DATA_FILE));
  if (size === 0) return 'new';
  const path = join(folder, DATA_FILE);
  const file = openSync(path, 'r');
  try {
    const meta = inspectTrees(file);
    const missing = (Number(meta.lastPage) + 1) * meta.pageSize - fstatSync(file).size;
    if (missing <= 0) return 'whole';
    if (missing > MOST_MISSING) throw new Error(`${DATA_FILE} is damaged: its end is missing`);
    appendFileSync(path, Buffer.alloc(missing)); // at the end, wherever another process has it meanwhile
    return 'short';
  } finally {
    closeSync(file);
  }
}

/** The size of a file; a FIFO or a device would be waited for. */
function refuseSpecial(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isFile()) throw new Error(`${path} is not a regular file`);
  return stats.size;
}

/** Another process may write meanwhile; then it is looked at again. */
function inspectTrees(file: number): Meta {
  let meta = newestMeta(file);
  for (;;) {
    const { roots, pageSize, transaction } = meta;
    if (roots.every(root => root === NO_PAGE || isTreePage(file, root, pageSize))) return meta;
    meta = newestMeta(file);
    if (meta.transaction === transaction) throw new Error(`${DATA_FILE} is damaged`);
  }
}

function newestMeta(file: number): Meta {
  const first = readMeta(file, 0);
  const second = first && readMeta(file, first.pageSize);
  if (!first || !second || second.pageSize !== first.pageSize)
    throw new Error(`${DATA_FILE} is not an LMDB database`);
  return second.transaction > first.transaction ? second : first;
}

function readMeta(file: number, position: number): Meta | undefined {
  const bytes = Buffer.alloc(META);
  if (readSync(file, bytes, 0, META, position) < META) return undefined;
  if (bytes.readUInt32LE(AT.magic) !== MAGIC) return undefined;
  const pageSize = bytes.readUInt32LE(AT.pageSize);
  if (pageSize < 256 || pageSize > 65536) return undefined;
  return {
    pageSize,
    lastPage: bytes.readBigUInt64LE(AT.lastPage),
    transaction: bytes.readBigUInt64LE(AT.transaction),
    roots: AT.roots.map(at => bytes.readBigUInt64LE(at)),
  };
}

/** A page of a tree knows its own number. */
function isTreePage(file: number, page: bigint, pageSize: number): boolean {
  const head = Buffer.alloc(HEAD);
  const position = page * BigInt(pageSize);
  if (position > Number.MAX_SAFE_INTEGER || readSync(file, head, 0, HEAD, position) < HEAD) return false;
  return head.readBigUInt64LE(0) === page && (head.readUInt16LE(FLAGS) & BRANCH_OR_LEAF) !== 0;
}
