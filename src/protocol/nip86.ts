// NIP-86: managing a relay by JSON over HTTP. Requests and responses, read from untrusted JSON, and the methods with what
// they take and give. Who may call is told by NIP-98 (nip98.ts), with the hash of the body.
import { isKind } from './event.ts';
import { isHex32 } from './hex.ts';
import { jsonFault, quote } from './quote.ts';

/** The Content-Type of requests. */
export const MANAGEMENT_TYPE = 'application/nostr+json+rpc';

/** Characters of a text that a request gives: a reason, a name, a description. */
const LONGEST_TEXT = 5000;

/** Thrown for what is no request or response of NIP-86. */
export class InvalidManagement extends Error {
  override name = 'InvalidManagement';
}

/** What the parameters of methods are; those with a question mark may be missing, null or empty. */
export interface ManagementParams {
  pubkey: string;
  event: string;
  /** 0 to 65535. */
  kind: number;
  /** In its canonical form. */
  ip: string;
  text: string;
  'text?': string | undefined;
  'number?': number | undefined;
}

type ParamType = keyof ManagementParams;

const WITH_PUBKEY = ['pubkey', 'text?'] as const;
const WITH_EVENT = ['event', 'text?'] as const;
const WITH_ROLE = ['text', 'text?', 'text?', 'text?', 'number?'] as const;

/** What each method takes. */
export const MANAGEMENT_METHODS = {
  supportedmethods: [],
  banpubkey: WITH_PUBKEY,
  unbanpubkey: WITH_PUBKEY,
  listbannedpubkeys: [],
  allowpubkey: WITH_PUBKEY,
  unallowpubkey: WITH_PUBKEY,
  listallowedpubkeys: [],
  createrole: WITH_ROLE,
  editrole: WITH_ROLE,
  deleterole: ['text'],
  assignrole: ['pubkey', 'text'],
  unassignrole: ['pubkey', 'text'],
  assignmethod: ['pubkey', 'text'],
  unassignmethod: ['pubkey', 'text'],
  listmethodassignees: [],
  listeventsneedingmoderation: [],
  allowevent: WITH_EVENT,
  unallowevent: WITH_EVENT,
  listallowedevents: [],
  banevent: WITH_EVENT,
  unbanevent: WITH_EVENT,
  listbannedevents: [],
  changerelayname: ['text'],
  changerelaydescription: ['text'],
  changerelayicon: ['text'],
  allowkind: ['kind', 'text?'],
  disallowkind: ['kind', 'text?'],
  listallowedkinds: [],
  listdisallowedkinds: [],
  blockip: ['ip', 'text?'],
  unblockip: ['ip', 'text?'],
  listblockedips: [],
} as const satisfies Record<string, readonly ParamType[]>;

export type ManagementMethod = keyof typeof MANAGEMENT_METHODS;

type ValuesOf<T extends readonly ParamType[]> = { -readonly [I in keyof T]: ManagementParams[T[I]] };

/** The parameters of a method, checked. */
export type ManagementParamsOf<M extends ManagementMethod> = ValuesOf<(typeof MANAGEMENT_METHODS)[M]>;

/** A request: a method, and as many parameters as it has, checked. */
export type ManagementRequest = {
  [M in ManagementMethod]: { method: M; params: ManagementParamsOf<M> };
}[ManagementMethod];

/** A request of which only the form is checked: a relay may have methods of its own. */
export interface ManagementCall {
  method: string;
  params: unknown[];
}

/**
 * The method and the parameters in the body of a request; missing parameters are none. Throws `InvalidManagement`.
 * @example
 * parseManagementCall('{"method":"banpubkey","params":["ab"]}') // → { method: 'banpubkey', params: ['ab'] }
 * parseManagementCall('{"method":"x"}') // → { method: 'x', params: [] }
 * parseManagementCall('[]') // throws a request must be a JSON object
 */
export function parseManagementCall(text: string): ManagementCall {
  const { method, params } = objectOf(text, 'a request');
  if (typeof method !== 'string')
    throw new InvalidManagement(`method must be a string, not ${quote(method)}`);
  const list = params ?? [];
  if (!Array.isArray(list)) throw new InvalidManagement(`params must be an array, not ${quote(params)}`);
  return { method, params: list };
}

/**
 * A call of a method of NIP-86, its parameters checked. Throws `InvalidManagement`.
 * @example
 * checkManagementCall({ method: 'allowkind', params: [1] }) // → { method: 'allowkind', params: [1, undefined] }
 * checkManagementCall({ method: 'blockip', params: ['::FFFF:1.2.3.4', 'spam'] }).params // → ['1.2.3.4', 'spam']
 * checkManagementCall({ method: 'allowkind', params: ['1'] }) // throws allowkind: parameter 1 must be a kind from 0 to 65535, not "1"
 * checkManagementCall({ method: 'toString', params: [] }) // throws unknown method "toString"
 */
export function checkManagementCall({ method, params }: ManagementCall): ManagementRequest {
  if (!isManagementMethod(method)) throw new InvalidManagement(`unknown method ${quote(method)}`);
  const types: readonly ParamType[] = MANAGEMENT_METHODS[method];
  if (params.length > types.length)
    throw new InvalidManagement(`${method} takes ${types.length} parameters at most, not ${params.length}`);
  const checked = types.map((type, i) => paramOf(type, params[i], `${method}: parameter ${i + 1}`));
  return { method, params: checked } as unknown as ManagementRequest;
}

/**
 * Whether NIP-86 has this method.
 * @example
 * isManagementMethod('banpubkey') // → true
 * isManagementMethod('constructor') // → false
 */
export function isManagementMethod(method: string): method is ManagementMethod {
  return Object.hasOwn(MANAGEMENT_METHODS, method);
}

function paramOf(type: ParamType, value: unknown, place: string): unknown {
  if (type.endsWith('?') && (value === undefined || value === null || value === '')) return undefined;
  const wrong = (what: string) => new InvalidManagement(`${place} must be ${what}, not ${quote(value)}`);
  switch (type) {
    case 'pubkey':
    case 'event':
      if (isHex32(value)) return value;
      throw wrong('64 lower-case hex digits');
    case 'kind':
      if (isKind(value)) return value;
      throw wrong('a kind from 0 to 65535');
    case 'ip': {
      const ip = typeof value === 'string' ? canonicalIp(value) : undefined;
      if (ip !== undefined) return ip;
      throw wrong('an IP address');
    }
    case 'text':
    case 'text?':
      if (typeof value === 'string' && value.length <= LONGEST_TEXT) return value;
      throw wrong(`a text of at most ${LONGEST_TEXT} characters`);
    case 'number?':
      if (Number.isFinite(value)) return value;
      throw wrong('a number');
  }
}

/**
 * An IP address as it is compared: IPv6 in its shortest form, IPv4 inside IPv6 as IPv4, without a zone; undefined for what is
 * none.
 * @example
 * canonicalIp('::ffff:127.0.0.1') // → '127.0.0.1'
 * canonicalIp('2001:DB8:0:0:0:0:0:1') // → '2001:db8::1'
 * canonicalIp('fe80::1%eth0') // → 'fe80::1'
 * canonicalIp('1.2.3') // → undefined
 */
export function canonicalIp(text: string): string | undefined {
  const address = text.replace(/%[\w.-]*$/, '');
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? address;
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(mapped)) return hostOf(mapped) === mapped ? mapped : undefined;
  if (!/^[\da-f:.]{2,45}$/i.test(address) || !address.includes(':')) return undefined;
  const short = hostOf(`[${address}]`)?.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(short ?? '') ?? [];
  return high === undefined ? short : [high, low!].flatMap(bytesOfGroup).join('.');
}

function bytesOfGroup(hex: string): [number, number] {
  const value = Number.parseInt(hex, 16);
  return [value >> 8, value & 0xff];
}

function hostOf(host: string): string | undefined {
  try {
    return new URL(`http://${host}/`).hostname;
  } catch {
    return undefined;
  }
}

/** What a relay answers: what the method gives, or why it failed. */
export type ManagementResponse = { result: unknown } | { error: string };

/**
 * A relay's answer; an empty error is none. What a result is depends on the method. Throws `InvalidManagement`.
 * @example
 * parseManagementResponse('{"result":true,"error":""}') // → { result: true }
 * parseManagementResponse('{"error":"not allowed"}') // → { error: 'not allowed' }
 * parseManagementResponse('{}') // throws a response must have a result or an error
 */
export function parseManagementResponse(text: string): ManagementResponse {
  const { result, error } = objectOf(text, 'a response');
  if (typeof error === 'string' && error !== '') return { error };
  if (result === undefined || result === null)
    throw new InvalidManagement('a response must have a result or an error');
  return { result };
}

function objectOf(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidManagement(`${what} must be JSON: ${jsonFault(error)}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new InvalidManagement(`${what} must be a JSON object, not ${quote(value)}`);
}
