// The engine that is always there: @noble/curves, pure JavaScript, about a millisecond an event.
import { checkEvent } from '../protocol/event.ts';
import type { Verifier } from './verifier.ts';

export const noble: Verifier = {
  engine: 'noble',
  batchSize: 16,
  verify: events => events.map(event => checkEvent(event) ?? 'valid'),
};
