// The steps of a scripted relay: their shape, a builder for each, and their text form. All of it is data; the
// playing is scripted-relay.ts.
//
// Text form: one step a line, `#` begins a comment line. `connection` begins the steps of the next connection
// (the last one's are played again for every further connection); `info {…}` answers NIP-11 requests, and
// `http 200 text/html BODY` or `http hang` whatever else may answer them.
// In texts `$sub`, `$id`, `$event`, `$filter` are of the last frame an `expect` took, `$a.sub` … of the one it took
// `as a`; `$NAME` is a variable of the test (the script engine gives all of its own); `$$` is a dollar sign.
//
// | line                                   | what the relay does                                                   |
// |----------------------------------------|-----------------------------------------------------------------------|
// | expect REQ                             | waits for a frame of that verb (`*`: any); others are passed over     |
// | expect REQ /"kinds":\[1\]/ as a        | … that also matches, and remembers it as `a`                          |
// | send ["EOSE","$sub"]                   | a text frame, exactly this text                                       |
// | forged CONTENT $E                      | EVENT with the event's id but other content (or SIG, ID, PUBKEY)      |
// | flood 1000 kind=1 …                    | EVENTs, distinct and made up; `signed=true` for true signatures       |
// | big 1000000                            | one EVENT whose frame has about that many bytes                       |
// | half ["EVENT",…                        | the first half of a frame's bytes, and no more                        |
// | fragments 3 TEXT                       | the text in three fragments                                           |
// | drip 10ms TEXT                         | the frame byte by byte                                                |
// | binary 00ff                            | a binary frame                                                        |
// | invalid-utf8                           | a text frame that is not UTF-8                                        |
// | masked TEXT · rsv TEXT · opcode 3 TEXT | frames a server must not send                                         |
// | raw 8100…                              | these bytes                                                           |
// | ping · ping nowait                     | a ping; waits for its pong, or not                                    |
// | delay 50ms                             | nothing for a while                                                   |
// | close 1008 reason                      | a close frame, then the end of the connection                         |
// | half-close 1000                        | a close frame, and the connection stays open                          |
// | end · reset                            | ends the TCP connection without a close frame: FIN, or RST            |
// | upgrade · upgrade bad                  | the handshake (implied before the first step); with a wrong accept key|
// | refuse 429 Retry-After: 1              | an HTTP answer instead of the handshake                               |
// | hang                                   | no handshake, nothing                                                 |
// | no-pong · ignore-close                 | from now on pings, or closes, go unanswered                           |
// | stop-reading · start-reading           | the kernel's buffers fill                                             |
// | wait-close                             | waits until the client has closed                                     |
// | repeat 3 · repeat · end-repeat         | the steps between, that often; without a number until the client left |

import { parseDuration } from './script-syntax.ts';

/** How an event is falsified: which field no longer fits the others. */
export type Forgery = 'content' | 'sig' | 'id' | 'pubkey';

export interface FloodOptions {
  /** Default 1. */
  kind?: number;
  /** Unix seconds of the first event. Default 1700000000. */
  created_at?: number;
  /** How many events share one second. Default: all. */
  perSecond?: number;
  /** Characters of content. Default about 10. */
  size?: number;
  /** True signatures (slow); else right ids and signatures of zeros. Default false. */
  signed?: boolean;
}

export type Step =
  | { do: 'expect'; verb: string; match?: string; as?: string }
  | { do: 'send'; text: string }
  | { do: 'forged'; how: Forgery; event: string }
  | ({ do: 'flood'; count: number } & FloodOptions)
  | { do: 'big'; bytes: number }
  | { do: 'half'; text: string }
  | { do: 'fragments'; pieces: number; text: string }
  | { do: 'drip'; every: number; text: string }
  | { do: 'binary'; hex: string }
  | { do: 'invalid-utf8' }
  | { do: 'frame'; text: string; opcode?: number; fin?: boolean; rsv?: number; masked?: boolean }
  | { do: 'raw'; hex: string }
  | { do: 'ping'; wait: boolean }
  | { do: 'delay'; ms: number }
  | { do: 'close'; code: number; reason: string; keepOpen: boolean }
  | { do: 'end' }
  | { do: 'reset' }
  | { do: 'upgrade'; bad: boolean }
  | { do: 'refuse'; status: number; headers: Record<string, string>; body: string }
  | { do: 'hang' }
  | { do: 'no-pong' }
  | { do: 'ignore-close' }
  | { do: 'stop-reading' }
  | { do: 'start-reading' }
  | { do: 'wait-close' }
  | { do: 'repeat'; times: number | undefined; steps: Step[] };

/** What every connection plays, or each in turn; the last list serves all further connections. */
export type RelayScript = Step[] | { perConnection: Step[][]; http?: HttpAnswer };

/** What plain HTTP requests get; `hang`: no answer. */
export type HttpAnswer = { status: number; type: string; body: string } | 'hang';

/** The answer that holds a NIP-11 document. */
export const info = (document: unknown): HttpAnswer => ({
  status: 200,
  type: 'application/nostr+json',
  body: JSON.stringify(document),
});

// Builders. Frames are given as values or as text; `$…` works in both.

const asText = (frame: unknown): string => (typeof frame === 'string' ? frame : JSON.stringify(frame));

export const expectFrame = (verb: string, options: { match?: RegExp | string; as?: string } = {}): Step => {
  const { match, as } = options;
  const step: Step = { do: 'expect', verb };
  if (match !== undefined) step.match = typeof match === 'string' ? match : match.source;
  if (as !== undefined) step.as = as;
  return step;
};
export const send = (frame: unknown): Step => ({ do: 'send', text: asText(frame) });
/** Data that is not ours to fill in: its dollar signs stay. */
const asData = (event: unknown): string =>
  typeof event === 'string' ? event : JSON.stringify(event).replaceAll('$', '$$$$');
/** `["EVENT","$sub",event]`; an event given as text is filled in, as a value it is sent as it is. */
export const sendEvent = (event: unknown, sub = '$sub'): Step => send(`["EVENT","${sub}",${asData(event)}]`);
export const eose = (sub = '$sub'): Step => send(['EOSE', sub]);
export const closed = (message: string, sub = '$sub'): Step => send(['CLOSED', sub, message]);
export const notice = (message: string): Step => send(['NOTICE', message]);
export const auth = (challenge: string): Step => send(['AUTH', challenge]);
export const ok = (accepted: boolean, message = '', id = '$id'): Step => send(['OK', id, accepted, message]);
export const forged = (event: unknown, how: Forgery = 'content'): Step => ({
  do: 'forged',
  how,
  event: asData(event),
});
export const flood = (count: number, options: FloodOptions = {}): Step => ({
  do: 'flood',
  count,
  ...options,
});
export const big = (bytes: number): Step => ({ do: 'big', bytes });
export const half = (frame: unknown): Step => ({ do: 'half', text: asText(frame) });
export const fragments = (pieces: number, frame: unknown): Step => ({
  do: 'fragments',
  pieces,
  text: asText(frame),
});
export const drip = (every: number, frame: unknown): Step => ({ do: 'drip', every, text: asText(frame) });
export const binary = (hex: string): Step => ({ do: 'binary', hex });
export const invalidUtf8 = (): Step => ({ do: 'invalid-utf8' });
export const masked = (frame: unknown): Step => ({ do: 'frame', text: asText(frame), masked: true });
export const rsv = (frame: unknown, bits = 4): Step => ({ do: 'frame', text: asText(frame), rsv: bits });
export const opcode = (code: number, frame: unknown = ''): Step => ({
  do: 'frame',
  text: asText(frame),
  opcode: code,
});
export const raw = (hex: string): Step => ({ do: 'raw', hex });
export const ping = (wait = true): Step => ({ do: 'ping', wait });
export const delay = (ms: number): Step => ({ do: 'delay', ms });
export const close = (code: number, reason = ''): Step => ({ do: 'close', code, reason, keepOpen: false });
export const halfClose = (code: number, reason = ''): Step => ({ do: 'close', code, reason, keepOpen: true });
export const end = (): Step => ({ do: 'end' });
export const reset = (): Step => ({ do: 'reset' });
export const upgrade = (): Step => ({ do: 'upgrade', bad: false });
export const badUpgrade = (): Step => ({ do: 'upgrade', bad: true });
export const refuse = (status: number, headers: Record<string, string> = {}, body = ''): Step => ({
  do: 'refuse',
  status,
  headers,
  body,
});
export const hang = (): Step => ({ do: 'hang' });
export const noPong = (): Step => ({ do: 'no-pong' });
export const ignoreClose = (): Step => ({ do: 'ignore-close' });
export const stopReading = (): Step => ({ do: 'stop-reading' });
export const startReading = (): Step => ({ do: 'start-reading' });
export const waitClose = (): Step => ({ do: 'wait-close' });
export const repeat = (times: number | undefined, ...steps: Step[]): Step => ({ do: 'repeat', times, steps });

/** Each line's first word → its step. `repeat`, `connection` and `info` are the parser's own. */
const LINES: Record<string, (rest: string) => Step> = {
  expect: parseExpect,
  send,
  forged: rest => forged(afterWord(rest), word(rest).toLowerCase() as Forgery),
  flood: rest => flood(Number(word(rest)), parseOptions(afterWord(rest))),
  big: rest => big(Number(rest)),
  half,
  fragments: rest => fragments(Number(word(rest)), afterWord(rest)),
  drip: rest => drip(parseDuration(word(rest)), afterWord(rest)),
  binary,
  'invalid-utf8': invalidUtf8,
  masked,
  rsv: rest => rsv(rest),
  opcode: rest => opcode(Number(word(rest)), afterWord(rest)),
  raw,
  ping: rest => ping(rest !== 'nowait'),
  delay: rest => delay(parseDuration(rest)),
  close: rest => close(Number(word(rest) || 1000), afterWord(rest)),
  'half-close': rest => halfClose(Number(word(rest) || 1000), afterWord(rest)),
  end,
  reset,
  upgrade: rest => (rest === 'bad' ? badUpgrade() : upgrade()),
  refuse: parseRefuse,
  hang,
  'no-pong': noPong,
  'ignore-close': ignoreClose,
  'stop-reading': stopReading,
  'start-reading': startReading,
  'wait-close': waitClose,
};

const word = (text: string): string => /^\S*/.exec(text)![0];
const afterWord = (text: string): string => text.slice(word(text).length).trim();

function parseExpect(rest: string): Step {
  const match = /^(\S+)(?:\s+\/(.*)\/)?(?:\s+as\s+(\w+))?$/.exec(rest);
  if (!match) throw new Error(`expect VERB [/regex/] [as NAME], not "${rest}"`);
  const options: { match?: string; as?: string } = {};
  if (match[2] !== undefined) options.match = match[2];
  if (match[3] !== undefined) options.as = match[3];
  return expectFrame(match[1]!, options);
}

function parseRefuse(rest: string): Step {
  const header = /^([\w-]+):\s*(.*)$/.exec(afterWord(rest));
  return refuse(Number(word(rest)), header ? { [header[1]!]: header[2]! } : {});
}

function parseOptions(text: string): FloodOptions {
  const pairs = text.split(/\s+/).filter(Boolean);
  return Object.fromEntries(
    pairs.map(pair => {
      const [name, value] = pair.split('=') as [string, string];
      return [name, JSON.parse(value)];
    }),
  );
}

/** A relay's script from its text form (the table above). Throws with the number of a line it cannot read. */
export function parseRelayScript(text: string): { perConnection: Step[][]; http?: HttpAnswer } {
  const script: { perConnection: Step[][]; http?: HttpAnswer } = { perConnection: [] };
  const open: Step[][] = [];
  const current = (): Step[] => {
    if (script.perConnection.length === 0) script.perConnection.push([]);
    return open.at(-1) ?? script.perConnection.at(-1)!;
  };
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const verb = word(trimmed);
    const rest = afterWord(trimmed);
    if (verb === 'connection') script.perConnection.push([]);
    else if (verb === 'info') script.http = info(JSON.parse(rest));
    else if (verb === 'http') script.http = parseHttp(rest);
    else if (verb === 'repeat') {
      const step = { do: 'repeat' as const, times: rest === '' ? undefined : Number(rest), steps: [] };
      current().push(step);
      open.push(step.steps);
    } else if (verb === 'end-repeat') open.pop();
    else current().push(parseLine(verb, rest, index + 1));
  }
  if (open.length > 0) throw new Error('a `repeat` has no `end-repeat`');
  return script;
}

function parseHttp(rest: string): HttpAnswer {
  if (rest === 'hang') return 'hang';
  const [status, type] = [word(rest), word(afterWord(rest))];
  return { status: Number(status), type, body: afterWord(afterWord(rest)) };
}

function parseLine(verb: string, rest: string, number: number): Step {
  const parse = Object.hasOwn(LINES, verb) ? LINES[verb] : undefined;
  if (!parse) throw new Error(`line ${number}: unknown step "${verb}"`);
  try {
    return parse(rest);
  } catch (error) {
    throw new Error(`line ${number}: ${(error as Error).message}`, { cause: error });
  }
}
