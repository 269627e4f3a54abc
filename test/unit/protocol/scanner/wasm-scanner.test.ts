// What it takes and refuses is tested beside the scanner in JavaScript, in event-scanner.test.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringifyEvent } from '../../../../src/protocol/event.ts';
import { WasmScanner } from '../../../../src/protocol/scanner/wasm-scanner.ts';
import { A } from '../../../support/people.ts';

test('what was read stays what it is when more is read, also when the memory grows', () => {
  const scanner = new WasmScanner();
  const read = (content: string) => scanner.readEvents([Buffer.from(stringifyEvent(A.note(content)))])[0]!;
  const events = ['small', 'x'.repeat(1_000_000), 'small again'].map(read);
  assert.deepEqual(
    events.map(event => event.toEvent().content.length),
    [5, 1_000_000, 11],
  );
});

test('there is none without WebAssembly', t => {
  const { WebAssembly } = globalThis as { WebAssembly?: unknown };
  t.after(() => Object.assign(globalThis, { WebAssembly }));
  Object.assign(globalThis, { WebAssembly: undefined });
  assert.throws(() => new WasmScanner());
});
