// Which events that a side did not accept are named: each that was refused, up to ten; of those that met a relay which
// cannot take any, one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Context } from '../../../../src/context.ts';
import type { LogEntry } from '../../../../src/output/log.ts';
import type { PublishOutcome } from '../../../../src/relay/link/outcome.ts';
import { NotAccepted } from '../../../../src/run/sync/not-accepted.ts';

function told(outcomes: readonly Pick<PublishOutcome, 'status' | 'message'>[]): string[] {
  const lines: string[] = [];
  const warn = ({ message }: LogEntry) => lines.push(message!);
  const lost = new NotAccepted({ warn, detail: () => {} } as unknown as Context['log']);
  for (const [i, outcome] of outcomes.entries())
    lost.add({ id: `id${i}`, relay: 'ws://a', ok: false, attempts: 1, ms: 1, ...outcome });
  lost.tellRest();
  assert.equal(
    lost.wasTooFast,
    outcomes.some(({ status }) => status === 'rate_limited'),
  );
  return lines;
}

test('a relay that went away is told once, not event by event', () => {
  const gone = { status: 'unreachable', message: 'connection refused' } as const;
  assert.deepEqual(told([gone, gone, gone]), [
    'id0: unreachable: connection refused',
    '2 more events were not accepted; -v names them',
  ]);
  assert.equal(told(Array(3).fill({ status: 'rate_limited', message: 'rate-limited: slow' })).length, 2);
});

test('events that were refused are named, up to ten', () => {
  const refused = { status: 'refused', message: 'blocked: no' } as const;
  assert.deepEqual(told([refused, refused]), ['id0: refused: blocked: no', 'id1: refused: blocked: no']);
  assert.equal(told(Array(12).fill(refused)).at(-1), '2 more events were not accepted; -v names them');
});
