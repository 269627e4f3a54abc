// A recording as the replay needs it: its relays, in the order they were first asked, and for each the connections and the
// HTTP requests it had.
import { checkRecordingHead, type Entry, InvalidRecording, parseEntry } from '../../protocol/recording.ts';

/** A line of the file. */
export type Step = Entry & { line: number };

/** What became of a request. */
export type Answer = Extract<Step, { what: 'response' | 'failed' }> & {
  /** Its place among the lines: behind the last that the client had sent, for what it sent next may come of this. */
  turn: number;
  /** The line of that; undefined when the request was the last that was said. */
  behind: number | undefined;
};

/** A request, and its answer; undefined where the recording ends before that. */
export interface Exchange {
  method: string;
  answer: Answer | undefined;
}

export interface RecordedRelay {
  /** As the client asked for it. */
  url: string;
  connections: Step[][];
  exchanges: Exchange[];
}

export interface RecordedSession {
  relays: RecordedRelay[];
  /** Whether the last line is cut: the recording program was killed. */
  isCut: boolean;
  /** URLs of HTTP requests that were for no relay. */
  others: string[];
}

const NEWLINE = 0x0a;

/** Each needs up to a kilobyte while it is played. */
const MOST_LINES = 1_000_000;

/**
 * Reads a recording. A last line without an end may be cut, and is then left out. Throws `InvalidRecording`.
 * @example
 * readRecording(Buffer.from('{"nost_recording":1}\n')) // → { relays: [], isCut: false, others: [] }
 */
export function readRecording(bytes: Buffer): RecordedSession {
  const byNumber = new Map<number, Step[]>();
  let [line, isCut] = [0, false];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, start);
    const text = bytes.toString('utf8', start, end < 0 ? bytes.length : end);
    if (++line > MOST_LINES) throw new InvalidRecording(`it has more than ${MOST_LINES} lines`);
    start = end < 0 ? bytes.length : end + 1;
    if (line === 1) checkRecordingHead(text);
    else if (text.trim() !== '' || end < 0) {
      const step = readStep(text, line, end < 0);
      if (step === undefined) isCut = true;
      else if (!byNumber.get(step.connection)?.push(step)) byNumber.set(step.connection, [step]);
    }
  }
  if (line === 0) throw new InvalidRecording('it is empty');
  return { ...sorted([...byNumber.values()]), isCut };
}

function readStep(text: string, line: number, isLast: boolean): Step | undefined {
  try {
    return { ...parseEntry(text), line };
  } catch (error) {
    if (isLast && !isJson(text)) return undefined;
    throw new InvalidRecording(`line ${line}: ${(error as Error).message}`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function sorted(connections: readonly Step[][]): Pick<RecordedSession, 'relays' | 'others'> {
  const relays = new Map<string, Gathered>();
  const others: string[] = [];
  for (const steps of connections) {
    const { relay: url, line } = steps[0]!;
    if (!/^wss?:/i.test(url)) {
      others.push(url);
      continue;
    }
    const relay = relays.get(url) ?? { url, connections: [], exchanges: [] };
    relays.set(url, relay);
    const stranger = steps.find(step => step.relay !== url);
    if (stranger)
      throw new InvalidRecording(`line ${stranger.line}: the connection of line ${line} is to another relay`);
    if (steps[0]!.what === 'request') relay.exchanges.push(steps);
    else relay.connections.push(steps);
  }
  const whole = [...relays.values()].map(({ url, connections, exchanges }) => {
    const said = connections
      .flat()
      .flatMap(step => (isQuestion(step) ? step.line : []))
      .toSorted((a, b) => a - b);
    return { url, connections, exchanges: exchanges.map(steps => exchangeIn(steps, said)) };
  });
  return { relays: whole, others };
}

/** `said`: the lines of what the client sent to the same relay. */
function exchangeIn(steps: readonly Step[], said: readonly number[]): Exchange {
  const [first] = steps;
  const method = first?.what === 'request' ? first.method : '';
  const answer = steps.find(step => step.what === 'response' || step.what === 'failed');
  if (answer === undefined) return { method, answer };
  const asked = steps[0]!.line;
  const last = said.findLast(line => line < answer.line);
  const behind = last !== undefined && last > asked ? last : undefined;
  return { method, answer: { ...answer, turn: (behind ?? asked) + BEHIND, behind } };
}

/** When a CLOSE comes is a matter of time. */
function isQuestion(step: Step): boolean {
  return step.what === 'sent' && !step.text.startsWith('["CLOSE"');
}

/** Half a line. */
const BEHIND = 0.5;

interface Gathered {
  url: string;
  connections: Step[][];
  exchanges: Step[][];
}
