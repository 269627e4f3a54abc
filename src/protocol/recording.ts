// A recording: what passed between a client and its relays, as JSONL that `serve --replay` plays again. The first line
// says the version; each other line is one thing that happened. Written and read here alone.

/** The format of this program. What it cannot play is told by a higher number. */
const VERSION = 1;

/** What happened on a connection, or with one HTTP request. */
export type Happening =
  | { what: 'open' }
  | { what: 'sent'; text: string }
  | { what: 'received'; text: string }
  | { what: 'binary'; base64: string }
  /** `nobody`: the connection broke without a goodbye. */
  | { what: 'closed'; by: 'relay' | 'client' | 'nobody'; code: number; reason: string }
  /** No connection, or no answer. With a status the host refused by HTTP; `isLate`: a deadline passed. */
  | { what: 'failed'; reason: string; status?: number | undefined; isLate?: boolean | undefined }
  | { what: 'request'; method: string; path: string }
  | { what: 'response'; status: number; headers: Record<string, string>; base64?: string; text?: string };

/** One line of a recording. */
export type Entry = Happening & {
  /** Milliseconds since the recording began; frames of one connection with the same number came at once. */
  at: number;
  /** Connections and HTTP requests have one number each, in the order they began. */
  connection: number;
  /** The URL as the client asked for it. */
  relay: string;
};

/** It cannot be played; the message says which line, and why. */
export class InvalidRecording extends Error {
  override name = 'InvalidRecording';
  /** Whether a later version of this program wrote it. */
  readonly isNewer: boolean;

  constructor(message: string, isNewer = false) {
    super(message);
    this.isNewer = isNewer;
  }
}

/**
 * The first line of a recording. `started` is in milliseconds since 1970.
 * @example
 * encodeRecordingHead('0.1.0', 0) // → '{"nost_recording":1,"nost":"0.1.0","started":"1970-01-01T00:00:00.000Z"}'
 */
export function encodeRecordingHead(version: string, started: number): string {
  return JSON.stringify({
    nost_recording: VERSION,
    nost: version,
    started: new Date(started).toISOString(),
  });
}

/**
 * One line of a recording.
 * @example
 * encodeEntry({ at: 2, connection: 1, relay: 'ws://a.com', what: 'open' }) // → '{"at":2,"connection":1,"relay":"ws://a.com","what":"open"}'
 */
export function encodeEntry({ at, connection, relay, ...happening }: Entry): string {
  return JSON.stringify({ at, connection, relay, ...happening });
}

/**
 * Checks the first line. Throws `InvalidRecording`.
 * @example
 * checkRecordingHead('{"nost_recording":1}') // → undefined
 */
export function checkRecordingHead(line: string): void {
  const version = objectIn(line)?.['nost_recording'];
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    throw new InvalidRecording('line 1 is not the first line of a recording: {"nost_recording":1,…}');
  if (version > VERSION)
    throw new InvalidRecording(
      `it is a recording of version ${version}; this nost plays version ${VERSION}`,
      true,
    );
}

/**
 * Reads a line. Fields that are not known are passed over. Throws `InvalidRecording`, without the number of the line.
 * @example
 * parseEntry('{"at":2,"connection":1,"relay":"ws://a.com","what":"open"}') // → { at: 2, connection: 1, relay: 'ws://a.com', what: 'open' }
 */
export function parseEntry(line: string): Entry {
  const fields = objectIn(line);
  if (fields === undefined) throw new InvalidRecording('it is no JSON object');
  const at = take(fields, 'at', 'number');
  const connection = take(fields, 'connection', 'number');
  if (!(at >= 0)) throw new InvalidRecording('"at" is no time');
  if (!Number.isSafeInteger(connection) || connection < 1)
    throw new InvalidRecording('"connection" is no number of a connection');
  return { at, connection, relay: take(fields, 'relay', 'string'), ...happeningIn(fields) };
}

type Fields = Record<string, unknown>;

function happeningIn(fields: Fields): Happening {
  const what = take(fields, 'what', 'string');
  switch (what) {
    case 'open':
      return { what };
    case 'sent':
    case 'received':
      return { what, text: take(fields, 'text', 'string') };
    case 'binary':
      return { what, base64: base64In(fields) };
    case 'closed':
      return closedIn(fields);
    case 'failed':
      return failedIn(fields);
    case 'request':
      return { what, method: take(fields, 'method', 'string'), path: take(fields, 'path', 'string') };
    case 'response':
      return responseIn(fields);
    default:
      throw new InvalidRecording('"what" is none of open, sent, received, binary, closed, failed …');
  }
}

function closedIn(fields: Fields): Happening {
  const by = take(fields, 'by', 'string');
  if (by !== 'relay' && by !== 'client' && by !== 'nobody')
    throw new InvalidRecording('"by" is not relay, client or nobody');
  const code = take(fields, 'code', 'number');
  return { what: 'closed', by, code, reason: take(fields, 'reason', 'string') };
}

function failedIn(fields: Fields): Happening {
  return {
    what: 'failed',
    reason: take(fields, 'reason', 'string'),
    ...(fields['status'] !== undefined && { status: statusIn(fields) }),
    ...(fields['isLate'] !== undefined && { isLate: take(fields, 'isLate', 'boolean') }),
  };
}

function responseIn(fields: Fields): Happening {
  const body =
    fields['base64'] === undefined ? { text: take(fields, 'text', 'string') } : { base64: base64In(fields) };
  return { what: 'response', status: statusIn(fields), headers: headersIn(fields), ...body };
}

function statusIn(fields: Fields): number {
  const status = take(fields, 'status', 'number');
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new InvalidRecording('"status" is no status of HTTP');
  return status;
}

/** Names and values that HTTP can carry: the file may be anybody's. */
function headersIn({ headers }: Fields): Record<string, string> {
  const isFit = ([name, value]: [string, unknown]) =>
    /^[\w-]+$/.test(name) && typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
  if (typeof headers !== 'object' || headers === null || !Object.entries(headers).every(isFit))
    throw new InvalidRecording('"headers" are no headers of HTTP');
  return headers as Record<string, string>;
}

function base64In(fields: Fields): string {
  const text = take(fields, 'base64', 'string');
  if (!/^[\w+/]*={0,2}$/.test(text)) throw new InvalidRecording('"base64" is not base64');
  return text;
}

interface Types {
  string: string;
  number: number;
  boolean: boolean;
}

function take<T extends keyof Types>(fields: Fields, name: string, type: T): Types[T] {
  const value = fields[name];
  const isNumber = type === 'number' && Number.isFinite(value);
  if (typeof value !== type || (type === 'number' && !isNumber))
    throw new InvalidRecording(value === undefined ? `it lacks "${name}"` : `"${name}" is no ${type}`);
  return value as Types[T];
}

function objectIn(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}
