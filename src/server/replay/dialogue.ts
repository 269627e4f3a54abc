// What the client of a replay says, held against what the recorded client said on the same connection. Ids may differ: of
// subscriptions, and of events, which have another time and signature. So what the relay answers is told with the new ones.

export interface Said {
  line: number;
  text: string;
}

/** A message that was recorded, and what the client sends in its place. */
interface Message extends Said {
  type: string;
  id: string;
  /** Undefined until it comes. */
  newId: string | undefined;
}

/** What is told of a message that is not as it was recorded, and what the client gets for one that was never recorded. */
export interface Surprise {
  told: string;
  answer?: string | undefined;
}

/** The messages of a relay whose second element is a subscription, or an event. */
const ABOUT_SUBSCRIPTIONS = new Set(['EVENT', 'EOSE', 'CLOSED', 'COUNT', 'NEG-MSG', 'NEG-ERR']);
const PUBLISHES = new Set(['EVENT', 'AUTH']);

/** Characters of a message that are shown. */
const LONGEST = 300;

export class Dialogue {
  readonly #messages: Message[];
  readonly #byText = new Map<string, Message[]>();
  readonly #byType = new Map<string, Message[]>();
  /** By what they are about, in the order of the recording. */
  readonly #asked = new Map<string, Message[]>();
  readonly #heard: (line: number) => void;
  #firstUnsaid = 0;
  #waiting: (() => void)[] = [];

  /** `said`: what the recorded client sent on the connection; `heard` is told of each when its like has come. */
  constructor(said: readonly Said[], heard: (line: number) => void = () => {}) {
    this.#heard = heard;
    this.#messages = said
      .map(each => ({ ...each, ...describe(each.text), newId: undefined }))
      .filter(({ type }) => type !== 'CLOSE');
    for (const message of this.#messages) {
      add(this.#byText, message.text, message);
      add(this.#byType, message.type, message);
      add(this.#asked, keyOf(PUBLISHES.has(message.type), message.id), message);
    }
    for (const queue of [this.#byText, this.#byType].flatMap(map => [...map.values()])) queue.reverse();
  }

  /** Takes what the client sends; returns what is odd about it. */
  hear(text: string): Surprise | undefined {
    const { type, id } = describe(text);
    if (type === 'CLOSE') return undefined; // when it comes is a matter of time
    const same = nextOf(this.#byText.get(text));
    const message = same ?? nextOf(this.#byType.get(type));
    if (message === undefined)
      return { told: `${shown(text)} is not in the recording`, answer: refusal(type, id) };
    message.newId = id;
    this.#heard(message.line);
    for (const resume of this.#waiting.splice(0)) resume();
    if (same || essence(text) === essence(message.text)) return undefined;
    return { told: `${shown(text)} came, where line ${message.line} has ${shown(message.text)}` };
  }

  /** Whether everything has come that this frame of the relay answers. Other frames answer all that was said before. */
  isDue(line: number, frame: string): boolean {
    const question = this.#questionOf(line, frame);
    if (question) return question.newId !== undefined;
    return this.isAllSaid(line);
  }

  /** Whether a frame answers one message, without which it makes no sense. */
  isAnswer(line: number, frame: string): boolean {
    return this.#questionOf(line, frame) !== undefined;
  }

  /** Whether everything has come that was said before this line. */
  isAllSaid(line: number): boolean {
    while (this.#messages[this.#firstUnsaid]?.newId !== undefined) this.#firstUnsaid++;
    return (this.#messages[this.#firstUnsaid]?.line ?? Number.POSITIVE_INFINITY) > line;
  }

  /** Resolves when the client has said something more. */
  progress(): Promise<void> {
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  /** Everybody who waits looks again: the client has gone. */
  wake(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }

  /** The frame with the ids that the client uses now. */
  translate(line: number, frame: string): string {
    const question = this.#questionOf(line, frame);
    if (question?.newId === undefined || question.newId === question.id) return frame;
    const now = JSON.stringify(question.newId);
    return frame.replace(SECOND_TEXT, (_, before: string) => `${before}${now}`);
  }

  #questionOf(line: number, frame: string): Message | undefined {
    const { type, id } = describe(frame);
    if (type !== 'OK' && !ABOUT_SUBSCRIPTIONS.has(type)) return undefined;
    const asked = this.#asked.get(keyOf(type === 'OK', id)) ?? [];
    return asked.findLast(message => message.line < line);
  }
}

/** `["EVENT","` and so on, up to the second text and with it. A longer text is no id, and exhausts the stack. */
const SECOND_TEXT = /^(\s*\[\s*"[\w-]+"\s*,\s*)"(?:[^"\\]|\\.){0,4096}"/;
const BEGINNING = /^\s*\[\s*"([\w-]+)"\s*,\s*("(?:[^"\\]|\\.){0,4096}")?/;

/** The type of a message, and the id of its subscription or event. Frames that make no sense have neither. */
function describe(text: string): { type: string; id: string } {
  const [, type = '', second] = BEGINNING.exec(text) ?? [];
  if (second !== undefined) return { type, id: (valueIn(second) as string | undefined) ?? '' };
  if (!PUBLISHES.has(type)) return { type, id: '' };
  const event = (valueIn(text) as unknown[] | undefined)?.[1] as { id?: unknown } | undefined;
  return { type, id: typeof event?.id === 'string' ? event.id : '' };
}

function valueIn(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** What of a message is no matter of time or of signing. */
function essence(text: string): string {
  const value = valueIn(text);
  if (!Array.isArray(value)) return text;
  const [type, ...rest] = value as unknown[];
  if (type === 'AUTH') return 'AUTH';
  const parts = type === 'EVENT' ? rest : rest.slice(1);
  try {
    return JSON.stringify([type, ...parts.map(timeless)]);
  } catch {
    return text; // nested too deeply for JSON.stringify
  }
}

function timeless(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  const {
    id: _,
    sig: __,
    pubkey: ___,
    created_at: ____,
    since: _____,
    until: ______,
    ...rest
  } = part as Record<string, unknown>;
  return rest;
}

function refusal(type: string, id: string): string | undefined {
  const why = 'error: the recording has no answer to this';
  if (type === 'REQ' || type === 'COUNT') return JSON.stringify(['CLOSED', id, why]);
  if (PUBLISHES.has(type)) return JSON.stringify(['OK', id, false, why]);
  return type === 'NEG-OPEN' || type === 'NEG-MSG' ? JSON.stringify(['NEG-ERR', id, why]) : undefined;
}

function shown(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text;
}

function keyOf(isEvent: boolean, id: string): string {
  return `${isEvent ? 'event' : 'subscription'} ${id}`;
}

function add(map: Map<string, Message[]>, key: string, message: Message): void {
  if (!map.get(key)?.push(message)) map.set(key, [message]);
}

/** The next in a reversed queue that has not come yet. */
function nextOf(queue: Message[] = []): Message | undefined {
  while (queue.at(-1)?.newId !== undefined) queue.pop();
  return queue.pop();
}
