// What is told of a relay that does not negotiate: its events are paged through instead.
import type { LogEntry } from '../../output/log.ts';
import { parseReason } from '../../protocol/message.ts';

/** `reason` is in the words of the relay. */
export function fallbackEntry(relay: string, reason: string): LogEntry {
  const wantsAuth = parseReason(reason).prefix === 'auth-required';
  const what = wantsAuth ? 'it negotiates (NIP-77) with --auth alone' : 'it does not negotiate (NIP-77)';
  const message = `${what}: ${reason}; its events are paged through instead`;
  return { type: 'fallback', relay, method: 'ids', reason, message };
}
