// Which relays a command talks to, and with what patience.
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import type { NetworkFlags } from '../flags/network-flags.ts';
import { isKindName } from '../protocol/kind.ts';
import { quote } from '../protocol/quote.ts';
import { InvalidRelayUrl, NotRelayUrl, normalizeRelayUrl } from '../protocol/relay-url.ts';
import type { Authenticate } from '../relay/link/authentication.ts';
import type { ConnectionOptions } from '../relay/link/connection.ts';
import type { ConnectionLog } from '../relay/link/listeners.ts';
import type { Patience } from '../relay/query/query.ts';
import type { Route } from '../relay/wire/route.ts';
import { type Instead, notARelay, splitRelays } from './network/relay-words.ts';
import type { NamedRelay } from './network/relays-file.ts';
import type { RouteFlags } from './network/route.ts';

/**
 * The relays of the command line and of --relays-file, else those of NOST_RELAYS; each once.
 * Throws `UsageError` when there are none or one is wrong, `IoError` when the file cannot be read.
 * `instead` says what to write for a word of the line that is something else.
 */
export async function chooseRelays(
  named: readonly string[],
  context: Pick<Context, 'env' | 'deadline' | 'hide'>,
  flags: Pick<NetworkFlags, 'relaysFile'>,
  instead: Instead = {},
): Promise<string[]> {
  const relays = await relaysIfAny(named, context, flags, instead);
  if (relays.length === 0) throw noRelay(flags.relaysFile);
  return relays;
}

/** The same, where there may be none. */
export async function relaysIfAny(
  named: readonly string[],
  { env, deadline, hide }: Pick<Context, 'env' | 'deadline' | 'hide'>,
  { relaysFile }: Pick<NetworkFlags, 'relaysFile'>,
  instead: Instead = {},
): Promise<string[]> {
  for (const word of named) {
    const mistake = notARelay(word, instead) ?? (await markdownFile(word));
    if (mistake) throw mistake;
  }
  const onLine = named.flatMap(splitRelays).map(word => ({ word, origin: '' }));
  const inFile = relaysFile === undefined ? [] : await readFile(relaysFile, deadline.signal);
  const given = [...onLine, ...inFile];
  const isGiven = named.length > 0 || relaysFile !== undefined;
  const relays = new Set(
    (isGiven ? given : inherited(env['NOST_RELAYS'])).map(named => relayUrl(named, instead)),
  );
  for (const relay of relays) for (const token of tokensOf(relay)) hide(token);
  return [...relays];
}

/** The error for a Markdown file that is there: its name has the form of a host, and nobody would be told of it. */
async function markdownFile(word: string): Promise<UsageError | undefined> {
  if (!/^[^/:]+\.(?:md|markdown)$/i.test(word)) return undefined;
  const { access } = await import('node:fs/promises');
  const isThere = await access(word).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  return new UsageError(`${quote(word)} is a file here`, {
    code: 'bad_relay',
    hint: `As an article: nost article publish FILE. A relay of that name: wss://${word}`,
  });
}

/** A parameter of a URL that lets in whoever knows it; shorter ones are words, such as those that stand in frames. */
const TOKEN = /[?&][\w-]*(?:token|secret|passw|auth|key|jwt)[\w-]*=([^&#]{10,})/gi;

/** What may be a secret in the URL of a relay, as it is written and what it means. */
function tokensOf(relay: string): string[] {
  return [...relay.matchAll(TOKEN)].flatMap(([, token = '']) => [token, decodedToken(token)]);
}

function decodedToken(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

async function readFile(path: string, signal: AbortSignal): Promise<NamedRelay[]> {
  const { readRelaysFile } = await import('./network/relays-file.ts');
  return readRelaysFile(path, signal);
}

function inherited(variable = ''): NamedRelay[] {
  const words = variable.split(/[\s,]+/).filter(word => word !== '');
  return words.map(word => ({ word, origin: 'NOST_RELAYS: ' }));
}

/** Nobody is there to be asked. */
export function noRelay(relaysFile?: string): UsageError {
  const why = relaysFile === undefined ? 'no relay was given' : `there is no relay in ${quote(relaysFile)}`;
  return new UsageError(why, {
    code: 'no_relay',
    hint: 'Name relays last on the line, or set NOST_RELAYS="wss://relay.example".',
  });
}

function relayUrl({ word, origin }: NamedRelay, instead: Instead): string {
  try {
    return normalizeRelayUrl(word);
  } catch (error) {
    if (error instanceof NotRelayUrl) throw unknownAlias(word, origin, instead);
    if (error instanceof InvalidRelayUrl)
      throw new UsageError(`${origin}${error.message}`, { code: 'bad_relay' });
    throw error;
  }
}

function unknownAlias(word: string, origin: string, { kind, text }: Instead): UsageError {
  const hints = ['A relay is a URL such as wss://relay.example, or a host name with a dot.'];
  if (origin === '' && kind && isKindName(word)) hints.push(kind.replace('-k KIND', `-k ${word}`));
  if (origin === '' && text) hints.push(text);
  const noun = word.startsWith('@') ? 'relay set' : 'relay';
  return new UsageError(`${origin}unknown ${noun} ${quote(word)}`, {
    code: 'unknown_alias',
    hint: hints.join(' '),
  });
}

/**
 * The options of every connection of a command. `named` are the relays that the user named, where others are asked, too:
 * only they may be in a private network, get the headers of -H, and are authenticated to; with `consented` those are.
 */
export async function connectionOptions(
  flags: Omit<NetworkFlags, 'retry'>,
  context: Context,
  authenticate?: Authenticate | undefined,
  named?: ReadonlySet<string> | undefined,
  consented?: ReadonlySet<string> | undefined,
): Promise<ConnectionOptions> {
  return {
    mayBePrivate: named && (relay => flags.allowPrivate === true || named.has(relay)),
    isNamed: named && (relay => named.has(relay)),
    mayAuthenticate: consented && (relay => consented.has(relay)),
    connectTimeout: flags.connectTimeout,
    relayTimeout: flags.relayTimeout,
    route: await routeFor(flags, context),
    signal: context.signal,
    authenticate,
    log: connectionLog(context),
  };
}

/** A relay that is not silent, but does not come to an end either, has so many times the patience of a silence. */
const SILENCES = 4;

/** Milliseconds for a relay that the user did not name: one with an event for every second could keep a command for ever. */
export function longestAnswer({ connectTimeout, relayTimeout, retry }: NetworkFlags): number {
  return (connectTimeout + SILENCES * relayTimeout) * (retry + 1);
}

/**
 * The bound for relays that are not `named`, where others are asked, too. A stream has none, and all pages have one only if
 * that `isBounded`.
 */
export function patienceFor(
  flags: NetworkFlags & {
    stream?: boolean | undefined;
    new?: boolean | undefined;
    all?: boolean | undefined;
  },
  named: ReadonlySet<string> | undefined,
  isBounded = false,
): Patience | undefined {
  if (!named || flags.stream || flags.new || (flags.all && !isBounded)) return undefined;
  return { ms: longestAnswer(flags), isFor: relay => !named.has(relay) };
}

function connectionLog({ log }: Context): ConnectionLog {
  return (relay, news, text) => log.detail({ type: news, relay, message: text });
}

/** The ways of flags that were asked for: a file is read once, a warning given once, certificates are parsed once. */
const routes = new WeakMap<RouteFlags, Promise<Route | undefined>>();

/** The way that flags and environment demand; undefined when they demand none, and then nothing is loaded for it. */
export function routeFor(flags: RouteFlags, context: Context): Promise<Route | undefined> {
  const route = routes.get(flags) ?? openRoute(flags, context);
  routes.set(flags, route);
  return route;
}

async function openRoute(flags: RouteFlags, context: Context): Promise<Route | undefined> {
  const { header, cacert, insecure, deflate, proxy } = flags;
  const isFlagged = [header, cacert, insecure, deflate, proxy, context.trace, context.recorder].some(
    given => given !== undefined,
  );
  if (!isFlagged && !Object.keys(context.env).some(name => /_proxy$/i.test(name))) return undefined;
  const { routeOf } = await import('./network/route.ts');
  return routeOf(flags, context);
}
