// Which relays a command talks to, and with what patience.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { quote } from '../protocol/quote.ts';
import { InvalidRelayUrl, NotRelayUrl, normalizeRelayUrl, sameRelay } from '../protocol/relay-url.ts';
import type { Authenticate, ConnectionLog, ConnectionOptions } from '../relay/connection.ts';
import type { NetworkFlags } from './options.ts';

export function declareRelays(command: Command): void {
  command.argument('[relay...]', 'ws:// or wss:// URLs, or host names (default: NOST_RELAYS)');
}

/** The relays of the command line, else those of NOST_RELAYS; each once. Throws `UsageError` when there are none. */
export function chooseRelays(named: readonly string[], { env }: Context): string[] {
  const inherited = (env['NOST_RELAYS'] ?? '').split(/[\s,]+/).filter(word => word !== '');
  const words = named.length > 0 ? named : inherited;
  if (words.length === 0) {
    throw new UsageError('no relay was given', {
      code: 'no_relay',
      hint: 'Name relays last on the line, or set NOST_RELAYS="wss://relay.example".',
    });
  }
  const relays: string[] = [];
  for (const url of words.map(word => relayUrl(word, named.length > 0 ? '' : 'NOST_RELAYS: '))) {
    if (!relays.some(relay => sameRelay(relay, url))) relays.push(url);
  }
  return relays;
}

function relayUrl(word: string, origin: string): string {
  try {
    return normalizeRelayUrl(word);
  } catch (error) {
    if (error instanceof NotRelayUrl) throw unknownAlias(word, origin);
    if (error instanceof InvalidRelayUrl)
      throw new UsageError(`${origin}${error.message}`, { code: 'bad_relay' });
    throw error;
  }
}

function unknownAlias(word: string, origin: string): UsageError {
  const noun = word.startsWith('@') ? 'relay set' : 'relay alias';
  return new UsageError(`${origin}unknown ${noun} ${quote(word)}`, {
    code: 'unknown_alias',
    hint: 'A relay is a URL such as wss://relay.example, or a host name with a dot.',
  });
}

/** The options of every connection of a command. */
export function connectionOptions(
  flags: NetworkFlags,
  context: Context,
  authenticate: Authenticate | undefined,
): ConnectionOptions {
  return {
    connectTimeout: flags.connectTimeout,
    relayTimeout: flags.relayTimeout,
    signal: context.signal,
    authenticate,
    log: connectionLog(context),
  };
}

function connectionLog({ log }: Context): ConnectionLog {
  return (relay, news, text) => log.detail({ type: news, relay, message: text });
}
