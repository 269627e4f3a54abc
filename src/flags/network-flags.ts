// The flags of every command that talks to relays: how long it waits, and how relays are reached.
import { type Command, Option } from 'commander';
import { type ProxyServer, parseProxy } from '../relay/wire/proxy.ts';
import { type Header, parseHeader, readAuthorities } from './network-values.ts';
import { collectedBy, durationOption, parsedBy, wholeNumber } from './options.ts';

export interface NetworkFlags {
  connectTimeout: number;
  relayTimeout: number;
  timeout?: number;
  retry: number;
  relaysFile?: string;
  header?: Header[];
  /** Certificates in PEM. */
  cacert?: string[];
  insecure?: boolean;
  deflate?: boolean;
  /** `none`: not even the environment's. */
  proxy?: ProxyServer | 'none';
  /** The file; empty: stderr. */
  trace?: string;
}

export function declareNetwork(command: Command): void {
  const group = 'Network';
  command
    .addOption(
      new Option('--relays-file <file>', 'the relays in this file, too, one on a line').helpGroup(group),
    )
    .addOption(
      durationOption('--connect-timeout', 'for DNS, proxy, TCP, TLS and the WebSocket handshake', '5s')
        .env('NOST_CONNECT_TIMEOUT')
        .helpGroup(group),
    )
    .addOption(durationOption('--relay-timeout', 'silence while an answer is due', '15s').helpGroup(group))
    .addOption(
      durationOption('--timeout', 'for the whole command (default: none)')
        .env('NOST_TIMEOUT')
        .helpGroup(group),
    )
    .addOption(
      new Option('--retry <n>', 'try again so often after a failure that may pass')
        .argParser(parsedBy('--retry', wholeNumber(0)))
        .default(0)
        .helpGroup(group),
    );
  declareRoute(command);
}

/** The flags that say how relays are reached. */
function declareRoute(command: Command): void {
  const add = (option: Option) => command.addOption(option.helpGroup('Network'));
  add(
    new Option('-H, --header <line>', "send 'Name: value' with every handshake and HTTP request").argParser(
      collectedBy('--header', parseHeader),
    ),
  );
  add(
    new Option('--cacert <file>', 'trust the authorities in this PEM file, too').argParser(
      parsedBy('--cacert', readAuthorities),
    ),
  );
  add(
    new Option(
      '--proxy <url>',
      'http://, https://, socks5:// or socks5h:// (names resolved there); empty: none',
    ).argParser(parsedBy('--proxy', text => (text === '' ? 'none' : parseProxy(text)))),
  );
  add(new Option('--insecure', 'accept any certificate of a relay'));
  add(new Option('--trace [=file]', 'show every frame on stderr, or write it to the file'));
  add(new Option('--deflate', 'offer compression to relays (permessage-deflate)'));
}
