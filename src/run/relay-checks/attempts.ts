// Tries until it works: a new attempt at a fixed pace, whether or not those before are over, so that it is noticed at
// once when something begins to work, also where an earlier attempt hangs. The eldest that is still open is left its
// time, so that what is slow has its chance; the others make way for new ones.

/** What one attempt comes to; undefined: try again. It ends early when the signal aborts. */
export type Attempt<T> = (signal: AbortSignal) => Promise<T | undefined>;

/** Milliseconds from one attempt to the next. */
const PACE_MS = 100;

/** Attempts that are open at the same time. */
const MOST_OPEN = 4;

/** The result of the first attempt that has one; undefined when the signal aborts before. Rejects as an attempt does. */
export function firstSuccess<T>(attempt: Attempt<T>, signal: AbortSignal): Promise<T | undefined> {
  const open: AbortController[] = [];
  return new Promise((resolve, reject) => {
    const end = () => {
      clearInterval(pace);
      signal.removeEventListener('abort', giveUp);
      for (const controller of open.splice(0)) controller.abort();
    };
    const giveUp = () => {
      end();
      resolve(undefined);
    };
    const begin = async () => {
      if (open.length === MOST_OPEN) open.splice(1, 1)[0]!.abort();
      const controller = new AbortController();
      open.push(controller);
      try {
        const result = await attempt(controller.signal);
        if (result === undefined) return;
        end();
        resolve(result);
      } catch (error) {
        end();
        reject(error);
      } finally {
        const at = open.indexOf(controller);
        if (at >= 0) open.splice(at, 1);
      }
    };
    const pace = setInterval(begin, PACE_MS);
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp);
    void begin();
  });
}
