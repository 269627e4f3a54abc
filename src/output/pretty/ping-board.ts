// What pings come to, for people: a row for each ping, and at the end a table of their times and a histogram, with the
// relays side by side on one scale.
import { cut, pad, widthOf } from './measure.ts';
import { barOf, fit, type TableSettings, tableHead, tableRows, wishesOf } from './table.ts';
import { safeLine } from './values.ts';

/** Times in milliseconds by what was measured. */
type Times = Readonly<Record<string, number>>;

interface PingRecord {
  relay: string;
  seq: number;
  end?: string;
  reason?: string;
  ms: Times;
}

interface SummaryRecord {
  relay: string;
  sent: number;
  answered: number;
  loss: number;
  ms: Readonly<Record<string, Times>>;
}

/** What the histogram shows. */
const SHOWN = 'req';
/** Times of one relay that it is made of: of an endless row the newest. */
const MOST = 100_000;
const BINS = 10;
/** Beyond this ratio of the longest to the shortest time each bin is so many times as wide as the one before. */
const WIDE = 8;
const GAP = 2;
/** Of a relay in the histogram. */
const NARROWEST = 20;

export class PingBoard {
  readonly #summaries: SummaryRecord[] = [];
  readonly #times = new Map<string, { newest: number[]; count: number }>();

  /** Takes a line of relay-ping; returns the row of a ping, nothing for a summary, which is for the end. */
  add(record: object): object | undefined {
    if ((record as { type?: unknown }).type === 'summary') {
      this.#summaries.push(record as SummaryRecord);
      return undefined;
    }
    const { relay, seq, end, reason, ms } = record as PingRecord;
    const time = ms[SHOWN];
    if (time !== undefined) this.#remember(relay, time);
    const { connect: _, ...parts } = ms;
    const shown = Object.entries(parts).map(([name, value]) => [name, brief(value)] as const);
    const problem = reason ? `${end}: ${reason}` : end;
    return { relay, seq, ...Object.fromEntries(shown), ...(problem !== undefined && { problem }) };
  }

  /** The lines of the table and of the histogram. */
  end(settings: TableSettings): string[] {
    if (this.#summaries.length === 0) return [];
    return ['', ...this.#losses(), ...this.#table(settings), ...this.#histogram(settings)];
  }

  #remember(relay: string, time: number): void {
    const times = this.#times.get(relay) ?? { newest: [], count: 0 };
    this.#times.set(relay, times);
    times.newest[times.count++ % MOST] = time;
  }

  #losses(): string[] {
    return this.#summaries.map(({ relay, sent, answered, loss }) =>
      safeLine(`${relay}: ${sent} pings, ${answered} answered, ${Math.round(loss * 1000) / 10} % lost`),
    );
  }

  /** The relays stand below each other for each thing that was measured. */
  #table(settings: TableSettings): string[] {
    const measures = [...new Set(this.#summaries.flatMap(({ ms }) => Object.keys(ms)))];
    const rows = measures.flatMap(measure =>
      this.#summaries.flatMap(({ relay, ms }) => {
        const figures = ms[measure];
        if (figures === undefined) return [];
        const { min, avg, p50, p95, p99, max } = figures;
        const brieved = Object.entries({ min, avg, p50, p95, p99, max }).map(([name, value]) => [
          name,
          brief(value!),
        ]);
        return [{ ms: measure, relay, ...Object.fromEntries(brieved) }];
      }),
    );
    const layout = rows.length === 0 ? undefined : fit(wishesOf(rows), settings);
    return layout ? ['', tableHead(layout, settings), ...tableRows(rows, layout, settings)] : [];
  }

  /** As many relays side by side as have room, all on the scale of all. */
  #histogram({ columns, style }: TableSettings): string[] {
    const relays = [...this.#times].map(([relay, { newest }]) => ({ relay, times: newest }));
    if (relays.length === 0) return [];
    const edges = edgesOf(relays.map(({ times }) => times));
    const labels = edges.slice(1).map((edge, at) => rangeInWords(edges[at]!, edge));
    const label = Math.max(...labels.map(widthOf));
    const atOnce = Math.max(Math.floor((columns - label) / (NARROWEST + GAP)), 1);
    const lines: string[] = [];
    for (let from = 0; from < relays.length; from += atOnce) {
      const group = relays.slice(from, from + atOnce);
      const width = Math.max(Math.floor((columns - label) / group.length) - GAP, 4);
      const counts = group.map(({ times }) => countsIn(times, edges));
      const most = Math.max(...counts.flat());
      const digits = String(most).length;
      const line = (name: string, cells: readonly string[]) =>
        [name, ...cells.map(cell => pad(cell, width))].join(' '.repeat(GAP)).trimEnd();
      lines.push(
        '',
        style.dim(
          line(
            pad('REQ, ms', label),
            group.map(({ relay }) => cut(safeLine(relay), width)),
          ),
        ),
      );
      for (const [at, text] of labels.entries()) {
        const cells = counts.map(of => {
          const count = of[at]!;
          const bar = barOf(count / most, Math.max(width - digits - 1, 1));
          return count === 0 ? '' : `${pad(String(count), digits, 'right')} ${bar}`;
        });
        lines.push(line(pad(text, label, 'right'), cells));
      }
    }
    return lines;
  }
}

/** Three digits say enough. */
function brief(ms: number): number {
  return Number(ms.toPrecision(3));
}

function rangeInWords(from: number, to: number): string {
  return from === to ? String(brief(from)) : `${brief(from)} – ${brief(to)}`;
}

/** Where the bins begin and end, from the shortest to the longest time. */
function edgesOf(all: readonly (readonly number[])[]): number[] {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const times of all)
    for (const time of times) {
      low = Math.min(low, time);
      high = Math.max(high, time);
    }
  low = Math.max(low, 0.001);
  if (high <= low) return [low, low];
  const step = (at: number) =>
    high / low > WIDE ? low * (high / low) ** (at / BINS) : low + ((high - low) * at) / BINS;
  return Array.from({ length: BINS + 1 }, (_, at) => step(at));
}

/** How many times lie in each bin; one that lies on an edge belongs to the bin above it. */
function countsIn(times: readonly number[], edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const time of times) {
    let bin = edges.findIndex((_, at) => at > 0 && time < edges[at]!) - 1;
    if (bin < 0) bin = counts.length - 1;
    counts[bin]!++;
  }
  return counts;
}
