// What a client asks, in a line for the one who runs the relay. Long parts are cut: a line is there to be followed.
import { kindInfo } from '../../protocol/kind.ts';
import type { ClientMessage } from '../../protocol/message.ts';
import { quote } from '../../protocol/quote.ts';

/** Characters of a filter, and of the content of an event. */
const LONGEST_FILTER = 300;
const LONGEST_CONTENT = 60;

/** A frame of a client, as `serve -v` shows it. */
export function describeFrame(message: ClientMessage): string {
  switch (message.type) {
    case 'REQ':
    case 'COUNT': {
      const filters = message.filters.map(filter => quote(filter, LONGEST_FILTER)).join(' ');
      return `${message.type} ${quote(message.subId)} ${filters}`.slice(0, 4 * LONGEST_FILTER);
    }
    case 'CLOSE':
    case 'NEG-MSG':
    case 'NEG-CLOSE':
      return `${message.type} ${quote(message.subId)}`;
    case 'NEG-OPEN':
      return `NEG-OPEN ${quote(message.subId)} ${quote(message.filter, LONGEST_FILTER)}`;
    case 'EVENT':
    case 'AUTH':
      return `${message.type} ${describeEvent(message.event)}`;
  }
}

/** Nothing of it is checked yet. */
function describeEvent(value: unknown): string {
  const { id, pubkey, kind, content } = (value ?? {}) as Record<string, unknown>;
  if (typeof id !== 'string' || typeof pubkey !== 'string' || typeof kind !== 'number') return quote(value);
  const name = kindInfo(kind)?.name;
  const what = name === undefined ? `kind ${kind}` : `kind ${kind} (${name})`;
  return `${id.slice(0, 8)} by ${pubkey.slice(0, 8)}, ${what} ${quote(content, LONGEST_CONTENT)}`;
}
