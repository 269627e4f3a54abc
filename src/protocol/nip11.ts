// NIP-11: what a relay says of itself. A typed view of a document that strangers write:
// fields of the wrong type are left out of the view and named as faults, unknown fields are kept as they came.
import { quote } from './quote.ts';

/** `limitation`: what the relay refuses. All in the units of NIP-11. */
export interface RelayLimitation {
  /** UTF-8 bytes of a frame, from `[` to `]`. */
  max_message_length?: number;
  max_subscriptions?: number;
  /** The relay clamps each filter's `limit` to this. */
  max_limit?: number;
  /** What a filter without `limit` gets. */
  default_limit?: number;
  max_subid_length?: number;
  max_event_tags?: number;
  /** Unicode characters. */
  max_content_length?: number;
  /** Bits (NIP-13). */
  min_pow_difficulty?: number;
  auth_required?: boolean;
  payment_required?: boolean;
  restricted_writes?: boolean;
  /** Seconds: how far in the past `created_at` may lie. */
  created_at_lower_limit?: number;
  /** Seconds: how far in the future. */
  created_at_upper_limit?: number;
  [unknown: string]: unknown;
}

/** One price. */
export interface RelayFee {
  amount: number;
  unit: string;
  /** Seconds. */
  period?: number;
  kinds?: number[];
  [unknown: string]: unknown;
}

/** The document, every field optional (NIP-11). */
export interface RelayInformation {
  name?: string;
  description?: string;
  banner?: string;
  icon?: string;
  /** The administrator. */
  pubkey?: string;
  /** The relay's own key. */
  self?: string;
  contact?: string;
  /** Numbers, and in practice names such as "7D". */
  supported_nips?: (number | string)[];
  software?: string;
  version?: string;
  terms_of_service?: string;
  limitation?: RelayLimitation;
  payments_url?: string;
  fees?: {
    admission?: RelayFee[];
    subscription?: RelayFee[];
    publication?: RelayFee[];
    [unknown: string]: unknown;
  };
  [unknown: string]: unknown;
}

/** Thrown when a value is no relay information document at all. */
export class InvalidRelayInformation extends Error {
  override name = 'InvalidRelayInformation';
}

interface Rule {
  wanted: string;
  holds: (value: unknown) => boolean;
}

const TEXT: Rule = { wanted: 'a string', holds: value => typeof value === 'string' };
const FLAG: Rule = { wanted: 'true or false', holds: value => typeof value === 'boolean' };
const COUNT: Rule = {
  wanted: 'a whole number of at least 0',
  holds: value => Number.isSafeInteger(value) && (value as number) >= 0,
};
const NIPS: Rule = {
  wanted: 'an array of numbers or names of NIPs',
  holds: value => Array.isArray(value) && value.every(nip => COUNT.holds(nip) || TEXT.holds(nip)),
};
const FEES: Rule = {
  wanted: 'an array of {amount, unit}',
  holds: value => Array.isArray(value) && value.every(isFee),
};

function isFee(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { amount, unit, period, kinds } = value;
  return (
    Number.isFinite(amount) &&
    TEXT.holds(unit) &&
    (period === undefined || Number.isFinite(period)) &&
    (kinds === undefined || (Array.isArray(kinds) && kinds.every(COUNT.holds)))
  );
}

type Rules = { readonly [field: string]: Rule | Rules };

/** Every field that NIP-11 names. */
const RULES: Rules = {
  name: TEXT,
  description: TEXT,
  banner: TEXT,
  icon: TEXT,
  pubkey: TEXT,
  self: TEXT,
  contact: TEXT,
  supported_nips: NIPS,
  software: TEXT,
  version: TEXT,
  terms_of_service: TEXT,
  limitation: {
    max_message_length: COUNT,
    max_subscriptions: COUNT,
    max_limit: COUNT,
    default_limit: COUNT,
    max_subid_length: COUNT,
    max_event_tags: COUNT,
    max_content_length: COUNT,
    min_pow_difficulty: COUNT,
    auth_required: FLAG,
    payment_required: FLAG,
    restricted_writes: FLAG,
    created_at_lower_limit: COUNT,
    created_at_upper_limit: COUNT,
  },
  payments_url: TEXT,
  fees: { admission: FEES, subscription: FEES, publication: FEES },
};

/**
 * A typed view of a document: fields that NIP-11 names have their type or are absent, all others are kept.
 * `null` counts as absent, as many relays write it.
 * Throws `InvalidRelayInformation` when the value is no JSON object.
 * @example
 * parseRelayInformation({ name: 'x', supported_nips: [1, '7D'], limitation: { max_limit: 500 }, extra: 1 }) // → { name: 'x', supported_nips: [1, '7D'], limitation: { max_limit: 500 }, extra: 1 }
 * parseRelayInformation({ name: 7, icon: null, limitation: { max_limit: '500' } }) // → { limitation: {} }
 * parseRelayInformation([]) // throws must be a JSON object, not []
 */
export function parseRelayInformation(value: unknown): RelayInformation {
  return readFields(documentOf(value), RULES, '', []);
}

/**
 * What is wrong with a document, one sentence for each field of the wrong type; empty when nothing is.
 * Throws `InvalidRelayInformation` when the value is no JSON object.
 * @example
 * relayInformationFaults({ limitation: { max_limit: '500' } }) // → ['limitation.max_limit must be a whole number of at least 0, not "500"']
 * relayInformationFaults({ name: 'x', unknown: [] }) // → []
 */
export function relayInformationFaults(value: unknown): string[] {
  const faults: string[] = [];
  readFields(documentOf(value), RULES, '', faults);
  return faults;
}

function documentOf(value: unknown): Record<string, unknown> {
  if (isObject(value)) return value;
  throw new InvalidRelayInformation(
    `a relay information document must be a JSON object, not ${quote(value)}`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readFields(
  document: Record<string, unknown>,
  rules: Rules,
  path: string,
  faults: string[],
): Record<string, unknown> {
  const kept: [string, unknown][] = [];
  for (const [field, value] of Object.entries(document)) {
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
    if (rule === undefined) kept.push([field, value]);
    else if (value === null) continue;
    else if (isRule(rule) ? rule.holds(value) : isObject(value)) {
      kept.push([
        field,
        isRule(rule) ? value : readFields(value as typeof document, rule, `${path}${field}.`, faults),
      ]);
    } else {
      faults.push(`${path}${field} must be ${isRule(rule) ? rule.wanted : 'an object'}, not ${quote(value)}`);
    }
  }
  return Object.fromEntries(kept);
}

function isRule(rule: Rule | Rules): rule is Rule {
  return typeof rule.holds === 'function';
}
