// The trace: one line for every frame, and for the start and end of every connection. Secrets are redacted and control
// characters escaped here, before a line is written.
import type { Redactor } from './redact.ts';
import { sanitizeJson, sanitizeText } from './sanitize.ts';

/** What happened on the wire. `failed`: a connection could not be opened. */
export type TraceEvent = 'open' | 'sent' | 'received' | 'closed' | 'failed';

export interface TraceSettings {
  format: 'text' | 'json';
  /** How many characters of a frame are shown; of the rest only the number is. */
  longest: number;
  /** Whether each line has the date, not only the time. */
  dated: boolean;
  redactor: Redactor;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Enough characters to recognise a frame without filling a terminal. */
export const LONGEST_ON_STDERR = 2000;

/** The line about lines that a slow reader was not given. */
export function leftOut(lines: number, format: TraceSettings['format']): string {
  return format === 'json'
    ? JSON.stringify({ type: 'left_out', lines })
    : `* ${lines} lines were left out here: the trace is not read fast enough`;
}

const SIGNS: Record<TraceEvent, string> = {
  open: '* open',
  sent: '→',
  received: '←',
  closed: '* closed',
  failed: '* failed',
};

export class Trace {
  readonly #settings: TraceSettings;
  readonly #write: (line: string) => void;

  /** `write` receives a line without its newline, and must not throw. */
  constructor(settings: TraceSettings, write: (line: string) => void) {
    this.#settings = settings;
    this.#write = write;
  }

  /** Writes one line: `text` is the frame as UTF-8, or the reason. */
  tell(what: TraceEvent, relay: string, text: string | Buffer): void {
    const { format, longest, dated, redactor, now } = this.#settings;
    const whole = redactor.redact(text.toString());
    const shown = whole.length > longest ? whole.slice(0, longest).toWellFormed() : whole;
    const cut = whole.length - shown.length;
    const time = new Date(now()).toISOString();
    if (format === 'json') {
      const entry = { type: 'trace', time, relay, what, text: shown, ...(cut > 0 && { cut }) };
      return this.#write(sanitizeJson(redactor.redact(JSON.stringify(entry))));
    }
    const more = cut > 0 ? `… ${cut} more characters` : '';
    const when = dated ? time : time.slice(11, -1);
    this.#write(sanitizeText(redactor.redact(`${when} ${SIGNS[what]} ${relay} ${shown}${more}`).trimEnd()));
  }
}
