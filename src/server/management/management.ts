// Answers a management call (NIP-86): an HTTP request whose author is told by NIP-98. It changes rules, and knows no socket.

import type { Event } from '../../protocol/event.ts';
import {
  checkManagementCall,
  InvalidManagement,
  type ManagementCall,
  type ManagementMethod,
  type ManagementParamsOf,
  type ManagementRequest,
  parseManagementCall,
} from '../../protocol/nip86.ts';
import { checkHttpAuth, InvalidHttpAuth, parseHttpAuth } from '../../protocol/nip98.ts';
import { quote } from '../../protocol/quote.ts';
import type { AccessList, RelayRules } from './rules.ts';
import type { UsedTokens } from './used-tokens.ts';

/** Bytes of the body of a call; more need not be read. */
export const MAX_CALL_LENGTH = 65_536;

/** A POST with the Content-Type of NIP-86. */
export interface ManagementQuestion {
  /** The bytes as they came: the authorization names their hash. */
  body: Uint8Array;
  /** The Authorization header. */
  authorization: string | undefined;
}

/** Who may manage a relay, and what. */
export interface Management {
  rules: RelayRules;
  /** Public keys of those who may. */
  admins: ReadonlySet<string>;
  /** The URLs under which clients reach this relay, as `ws://…` or `wss://…`. */
  urls: readonly string[];
  /** Unix seconds. */
  now: number;
  /** The authorizations that changed something already. */
  usedTokens: UsedTokens;
  /** Methods beyond NIP-86, by their names: the parameters as they came; what they throw is told as their error. */
  ownMethods?: ReadonlyMap<string, OwnMethod> | undefined;
  /** Hears of each call that changed a rule, and of who made it. */
  onChange?: ((request: ManagementRequest, by: string) => void) | undefined;
}

export type OwnMethod = (params: readonly unknown[]) => unknown;

/** What is sent back, as JSON. */
export interface ManagementAnswer {
  /** Of HTTP. */
  status: number;
  body: { result: unknown } | { error: string };
}

/**
 * The answer to a call: 401 when its authorization is none, or changed something once already (429: too many did), 403 when its author may not manage the relay, 413 or 400 when it
 * is no call, otherwise 200 with a result or, for a method that failed, an error.
 */
export function answerManagement(question: ManagementQuestion, management: Management): ManagementAnswer {
  const { body, authorization } = question;
  if (body.length > MAX_CALL_LENGTH)
    return failed(413, `a call must be no longer than ${MAX_CALL_LENGTH} bytes`);
  const token = tokenOf(body, authorization, management);
  if ('status' in token) return token;
  let call: ManagementCall;
  try {
    call = parseManagementCall(textOf(body));
  } catch (error) {
    return failed(400, `invalid: ${messageOf(error)}`);
  }
  return refusalToRepeat(call, token, management) ?? perform(call, token.pubkey, management);
}

/**
 * The authorization of a call, which proves its author (NIP-98). Who claims to be somebody else than an admin is refused
 * before anything is verified: that takes long.
 */
function tokenOf(
  body: Uint8Array,
  authorization: string | undefined,
  { urls, now, admins }: Management,
): Event | ManagementAnswer {
  if (authorization === undefined) return unproven('sign the request in the Authorization header (NIP-98)');
  try {
    const event = parseHttpAuth(authorization);
    if (!admins.has(event.pubkey))
      return failed(403, `restricted: ${event.pubkey} does not manage this relay`);
    const url = urls.flatMap(spellings);
    const refusal = checkHttpAuth(event, { method: 'POST', url, body, now, payloadRequired: true });
    return refusal === undefined ? event : unproven(refusal);
  } catch (error) {
    if (!(error instanceof InvalidHttpAuth)) throw error;
    return unproven(`the Authorization header cannot be read: ${error.message}`);
  }
}

function unproven(why: string): ManagementAnswer {
  return failed(401, `auth-required: ${why}`);
}

/** A question may be asked again, a change needs an authorization of its own. */
function refusalToRepeat(
  { method }: ManagementCall,
  token: Event,
  { usedTokens, now }: Management,
): ManagementAnswer | undefined {
  if (/^(?:list|supported)/.test(method)) return undefined;
  switch (usedTokens.take(token, now)) {
    case 'used':
      return failed(401, 'auth-required: this authorization was used already; sign the request again');
    case 'full':
      return failed(429, 'rate-limited: too many changes within two minutes');
    default:
      return undefined;
  }
}

/** "The `u` tag is the relay URL" (NIP-86): clients write it with ws or http, and with or without the slash of an empty path. */
function spellings(url: string): string[] {
  const bare = url.replace(/\/$/, '');
  return [bare, bare.replace(/^ws/, 'http')].flatMap(each => [each, `${each}/`]);
}

function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new InvalidManagement('the body is not UTF-8');
  }
}

function messageOf(error: unknown): string {
  if (error instanceof InvalidManagement) return error.message;
  throw error;
}

function perform(call: ManagementCall, by: string, management: Management): ManagementAnswer {
  const { rules, onChange, ownMethods } = management;
  const own = ownMethods?.get(call.method);
  if (own) return performOwn(own, call.params);
  let request: ManagementRequest;
  try {
    request = checkManagementCall(call);
  } catch (error) {
    return failed(200, messageOf(error));
  }
  if (request.method === 'supportedmethods')
    return { status: 200, body: { result: [...Object.keys(METHODS), ...(ownMethods?.keys() ?? [])] } };
  const method = METHODS[request.method] as Method | undefined;
  if (!method)
    return failed(
      200,
      `this relay has no method ${quote(request.method)}; supportedmethods tells those it has`,
    );
  const result = method(rules, ...request.params);
  if (result !== undefined) return { status: 200, body: { result } };
  onChange?.(request, by);
  return { status: 200, body: { result: true } };
}

function performOwn(method: OwnMethod, params: readonly unknown[]): ManagementAnswer {
  try {
    return { status: 200, body: { result: method(params) } };
  } catch (error) {
    return failed(200, (error as Error).message);
  }
}

type Method = (rules: RelayRules, ...params: readonly unknown[]) => unknown;

/** What each method gives; one that changes a rule gives nothing. */
const METHODS: {
  [M in ManagementMethod]?: (rules: RelayRules, ...params: ManagementParamsOf<M>) => unknown;
} = {
  banpubkey: ({ pubkeys }, pubkey, reason) => pubkeys.ban(pubkey, reason),
  unbanpubkey: ({ pubkeys }, pubkey) => pubkeys.unban(pubkey),
  listbannedpubkeys: ({ pubkeys }) => listed('pubkey', pubkeys.banned),
  allowpubkey: ({ pubkeys }, pubkey, reason) => pubkeys.allow(pubkey, reason),
  unallowpubkey: ({ pubkeys }, pubkey) => pubkeys.unallow(pubkey),
  listallowedpubkeys: ({ pubkeys }) => listed('pubkey', pubkeys.allowed),
  banevent: ({ events }, id, reason) => events.ban(id, reason),
  unbanevent: ({ events }, id) => events.unban(id),
  listbannedevents: ({ events }) => listed('id', events.banned),
  allowevent: ({ events }, id, reason) => events.allow(id, reason),
  unallowevent: ({ events }, id) => events.unallow(id),
  listallowedevents: ({ events }) => listed('id', events.allowed),
  changerelayname: (rules, name) => change(rules, { name }),
  changerelaydescription: (rules, description) => change(rules, { description }),
  changerelayicon: (rules, icon) => change(rules, { icon }),
  allowkind: ({ kinds }, kind) => kinds.allow(kind),
  disallowkind: ({ kinds }, kind) => kinds.ban(kind),
  listallowedkinds: ({ kinds }) => [...kinds.allowed.keys()],
  listdisallowedkinds: ({ kinds }) => [...kinds.banned.keys()],
  blockip: ({ addresses }, ip, reason) => addresses.ban(ip, reason),
  unblockip: ({ addresses }, ip) => addresses.unban(ip),
  listblockedips: ({ addresses }) => listed('ip', addresses.banned),
};

function change(rules: RelayRules, values: Partial<Pick<RelayRules, 'name' | 'description' | 'icon'>>): void {
  Object.assign(rules, values);
}

function listed(key: string, values: AccessList<string>['banned']): Record<string, string>[] {
  return [...values].map(([value, reason]) => ({ [key]: value, ...(reason === '' ? {} : { reason }) }));
}

function failed(status: number, error: string): ManagementAnswer {
  return { status, body: { error } };
}
