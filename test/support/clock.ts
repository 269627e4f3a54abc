// A clock in the hand of a test: no timeout ends until the test lets time pass. Sockets, processes and immediates go
// on as ever; so do the promises of `node:timers/promises`, and intervals where the test does not say otherwise.
import type { TestContext } from 'node:test';

export class TestClock {
  readonly #t: TestContext;

  /** Stops `setTimeout`, `Date` and `performance.now` until the test ends, and with `intervals` those, too. */
  constructor(t: TestContext, { intervals = false } = {}) {
    this.#t = t;
    const apis: 'setInterval'[] = intervals ? ['setInterval'] : [];
    t.mock.timers.enable({ apis: ['setTimeout', 'Date', ...apis], now: 1_700_000_000_000 });
    t.mock.method(performance, 'now', () => Date.now() - 1_699_999_990_000);
  }

  /** Lets so many milliseconds pass, one by one: what a timer starts has its turn in between. */
  async pass(ms: number): Promise<void> {
    for (let i = 0; i < ms; i++) {
      this.#t.mock.timers.tick(1);
      await turn();
    }
  }

  /** All of it at once, as when the process was held up: timers are late, and nothing has its turn in between. */
  jump(ms: number): void {
    this.#t.mock.timers.tick(ms);
  }

  /** Lets time pass until the promise settles, however it does: also when a timer starts only after other work. */
  async passUntilSettled(promise: Promise<unknown>): Promise<void> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    promise.then(settle, settle);
    while (!settled) await this.pass(1);
  }
}

/** A turn of the event loop: what is ready happens. */
export function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
