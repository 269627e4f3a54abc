// `--check`: asks the relays that were asked to delete whether they still serve what was named, and whether they keep the
// request. A relay needs a moment: one that still has it is asked again, for the time of --relay-timeout.
import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import { isDeletedBy } from '../../protocol/nip09.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { endingFailure, type RelayEnding } from '../../relay/link/outcome.ts';
import type { Where } from '../people/where.ts';
import { nothing } from '../query-run.ts';
import { askFor, hasFailed, tellOnce } from './asking.ts';
import type { Asked } from './plan.ts';
import type { Wanted } from './portion.ts';
import type { Target } from './target.ts';

/** The first wait before a relay is asked again, and the longest, in milliseconds. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 2000;

export interface CheckOptions {
  where: Where;
  /** Unix seconds: versions of an address up to then are to be gone, also where the request is older. */
  now: number;
  patienceMs: number;
  /** Told when all lines have been written. */
  onPrinted(): void;
}

/**
 * Prints a line for each target and relay. Throws `Failure`: where a relay still serves one of them (`partial` when
 * others are gone), and where none does but relays did not answer.
 */
export async function checkDeleted(
  context: Context,
  asked: readonly Asked[],
  { where, now, patienceMs, onPrinted }: CheckOptions,
): Promise<void> {
  const check = new Check(context, asked, where, now);
  const until = performance.now() + patienceMs;
  await check.ask();
  for (let wait = FIRST_WAIT_MS; check.isOpen; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    const left = until - performance.now();
    if (left <= 0 || where.end.signal.aborted) break;
    await pause(Math.min(wait, left), undefined, { signal: where.end.signal }).catch(() => {});
    if (where.end.signal.aborted) break;
    await check.ask();
  }
  if (context.signal.aborted) return;
  await check.print();
  (await where.end.flush(context.stdout))();
  onPrinted();
  await check.conclude();
}

/** What one relay is asked about. */
interface Part {
  /** The request of each target, by its key. */
  requests: Map<string, Asked>;
  /** What it still serves, as it last answered. */
  served: Set<string>;
  /** Addresses of which it serves a version that is newer than the request, which will not delete it. */
  newer: Set<string>;
  /** What it may have though it did not come, and why. */
  uncertain: Map<string, string>;
  /** Requests that it keeps. */
  kept: Set<string>;
  /** How it last ended; undefined: it was not asked. */
  ending: RelayEnding | undefined;
}

class Check {
  readonly #context: Context;
  readonly #asked: readonly Asked[];
  readonly #where: Where;
  readonly #now: number;
  readonly #parts = new Map<string, Part>();
  readonly #tell: (ending: RelayEnding) => void;
  #gone = 0;
  #served = 0;
  #unknown = 0;

  constructor(context: Context, asked: readonly Asked[], where: Where, now: number) {
    this.#context = context;
    this.#asked = asked;
    this.#where = where;
    this.#now = now;
    for (const each of asked)
      for (const relay of each.relays) {
        const part = this.#parts.get(relay) ?? newPart();
        this.#parts.set(relay, part);
        for (const { key } of each.targets) part.requests.set(key, each);
      }
    this.#tell = tellOnce(context, false);
  }

  /** Whether a relay may come to delete what it still has. */
  get isOpen(): boolean {
    return [...this.#parts.values()].some(isOpen);
  }

  /** Asks for what is not known to be gone. A relay that does not answer a second time has said what it did the first. */
  async ask(): Promise<void> {
    const parts = new Map([...this.#parts].filter(([, part]) => part.ending === undefined || isOpen(part)));
    const wantedAt = new Map(Array.from(parts, ([relay, part]) => [relay, wantedOf(part)]));
    const served = new Map(Array.from(parts.keys(), relay => [relay, new Set<string>()]));
    const endings = await askFor(this.#context, wantedAt, {
      ...{ ...this.#where, tell: this.#tell },
      onFound: (key, relay, event) => {
        const { requests, newer, kept } = parts.get(relay)!;
        const request = requests.get(key);
        if (!request) kept.add(key);
        else if (key === event.id || this.#isUnwanted(event, request)) served.get(relay)!.add(key);
        else newer.add(key);
      },
      onUncertain: (key, relay, why) => parts.get(relay)!.uncertain.set(key, wordsOf(why)),
    });
    for (const ending of endings) {
      const part = parts.get(ending.relay)!;
      if (hasFailed(ending) && part.ending !== undefined) continue;
      part.ending = ending;
      part.served = served.get(ending.relay)!;
    }
  }

  /** Whether a version is to be gone; also one that was written since an earlier request. */
  #isUnwanted(event: StreamEvent, { event: request }: Asked): boolean {
    return isDeletedBy(event, { ...request, created_at: Math.max(request.created_at, this.#now) });
  }

  /** Nobody waits for a reader beyond --timeout: what is left is given up then. */
  async print(): Promise<void> {
    for (const { event, targets, relays } of this.#asked)
      for (const target of targets)
        for (const relay of relays) {
          const line = { ...nameOf(target), ...this.#verdict(target.key, relay, event.id) };
          const room = this.#context.stdout.line(JSON.stringify(line));
          if (room) await this.#where.end.cut(room);
        }
  }

  #verdict(key: string, relay: string, request: string) {
    const { served, newer, uncertain, kept, ending } = this.#parts.get(relay)!;
    const hasAnswered = ending !== undefined && !hasFailed(ending);
    const unsure = hasAnswered ? uncertain.get(key) : ending ? wordsOf(ending) : 'not asked';
    const isServed = served.has(key) || newer.has(key);
    const gone = isServed ? false : unsure === undefined ? true : null;
    if (gone === null) this.#unknown++;
    else if (gone) this.#gone++;
    else this.#served++;
    const reason = gone === null ? unsure : gone ? '' : served.has(key) ? 'still served' : NEWER;
    return { relay, gone, request, kept: kept.has(request) ? true : hasAnswered ? false : null, reason };
  }

  /** Throws the failure that the lines amount to. */
  async conclude(): Promise<void> {
    const all = this.#gone + this.#served + this.#unknown;
    if (this.#served > 0) {
      const served = all === 1 ? 'the relay still serves it' : `still served: ${this.#served} of ${all}`;
      const message = `the request was made, and ${served}`;
      if (this.#gone > 0) throw new Failure('partial', message, { code: 'not_deleted', hint: ASKED });
      throw new Failure('refused', message, { code: 'not_deleted', hint: ASKED });
    }
    if (this.#unknown === 0) return;
    this.#where.end.check('before it was known whether all is gone');
    const failed = [...this.#parts.values()].flatMap(({ ending }) =>
      ending && hasFailed(ending) ? ending : [],
    );
    if (failed.length === 0) {
      const what = all === 1 ? 'it' : `${this.#unknown} of ${all}`;
      throw new Failure('partial', `the request was made, and it is not known whether ${what} is gone`, {
        code: 'not_deleted',
      });
    }
    const kinds = failed.map(ending => endingFailure(ending)!);
    const failure = await nothing(
      failed,
      worstKind(kinds) ?? 'timeout',
      { ...this.#where.flags, named: this.#where.named },
      this.#context,
    );
    if (this.#gone === 0) throw failure;
    const message = `the request was made; gone: ${this.#gone} of ${all}, the rest is not known`;
    throw new Failure('partial', message, { code: 'not_deleted', hint: failure.hint });
  }
}

const ASKED =
  'A relay may need longer, or not do what NIP-09 asks. The same again with --check looks once more.';

const NEWER = 'a version that is newer than the request is served';

function newPart(): Part {
  return {
    requests: new Map(),
    served: new Set(),
    newer: new Set(),
    uncertain: new Map(),
    kept: new Set(),
    ending: undefined,
  };
}

/** A relay that answered, and still has something. */
function isOpen({ served, ending }: Part): boolean {
  return served.size > 0 && ending !== undefined && !hasFailed(ending);
}

function wantedOf({ requests, served, ending }: Part): Wanted[] {
  const targets = [...new Set(requests.values())].flatMap(each => each.targets);
  const open = ending === undefined ? targets : targets.filter(({ key }) => served.has(key));
  const ids = [...new Set([...requests.values()].map(({ event }) => event.id))];
  return [...open, ...ids.map(key => ({ key, address: undefined }))];
}

function nameOf({ key, address }: Target): { id: string } | { address: string } {
  return address ? { address: key } : { id: key };
}

function wordsOf({ end, reason }: RelayEnding): string {
  return reason === '' ? end : `${end}: ${reason}`;
}
