// Watches which bytes are overwritten with zeros.
import type { TestContext } from 'node:test';

/** What every array of bytes held, in hex, when it was filled with zeros, from now until the test ends. */
export function overwrittenFrom(t: TestContext): string[] {
  const held: string[] = [];
  const fill = Uint8Array.prototype.fill;
  t.mock.method(Uint8Array.prototype, 'fill', function (this: Uint8Array, value: number, ...rest: number[]) {
    if (value === 0) held.push(Buffer.from(this).toString('hex'));
    return fill.call(this, value, ...rest);
  });
  return held;
}
