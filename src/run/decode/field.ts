// `decode --field`: one value of what was explained, bare.
import { nearest } from '../../protocol/nearest.ts';
import { quote } from '../../protocol/quote.ts';
import type { Facts } from './facts.ts';

/** The fields that something decoded may have. */
export const FIELDS = [
  ...[
    'type',
    'id',
    'pubkey',
    'npub',
    'note',
    'nevent',
    'naddr',
    'author',
    'kind',
    'identifier',
    'relays',
    'relay',
  ],
  ...['address', 'kind_name', 'description', 'class', 'nip', 'created_at', 'date', 'tags', 'content'],
  ...[
    'valid',
    'id_valid',
    'sig_valid',
    'problem',
    'secret_key',
    'has_secret',
    'secret',
    'client_pubkey',
    'lud16',
  ],
  ...['permissions', 'name', 'url', 'image', 'network', 'amount_msat', 'description_hash', 'payment_hash'],
  ...['payment_secret', 'payee', 'expires_at', 'expires', 'min_final_cltv_expiry', 'features', 'fallbacks'],
  ...['routes', 'metadata', 'version', 'log_n', 'key_security'],
];

/** The name of a field that something may have. Throws for any other. */
export function parseField(text: string): string {
  if (FIELDS.includes(text)) return text;
  if (text.includes(',')) throw new Error('it prints one field; several are printed by: | jq -r');
  const meant = nearest(text, FIELDS) ?? FIELDS.find(field => field.startsWith(`${text}_`));
  const hint = meant === undefined ? `known are ${FIELDS.join(' ')}` : `did you mean ${meant}?`;
  throw new Error(`nothing has a field ${quote(text)}; ${hint}`);
}

/** What of one thing that lacks the field: it has others, or hides a secret. */
export function fieldFault({ type, ...others }: Facts, field: string): string {
  const isHidden =
    (field === 'secret_key' && type === 'nsec') || (field === 'secret' && others['has_secret'] === true);
  if (isHidden) return 'it is a secret, and printed only with --reveal';
  const known = Object.keys(others).filter(name => others[name] !== undefined);
  return `the type is ${type}, and it has ${known.join(' ')}`;
}

/** The value as lines: a text as it is, of a list one line for each, anything else as JSON. Undefined when there is none. */
export function fieldLines(facts: Facts, field: string): string[] | undefined {
  const value = Object.hasOwn(facts, field) ? facts[field] : undefined;
  if (value === undefined) return undefined;
  return (Array.isArray(value) ? value : [value]).map(bare);
}

function bare(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
