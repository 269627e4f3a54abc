// The flags that say how `serve` is reached: its certificate, its name, and who may use it from a web page.
import { nameIn, originIn } from '../../protocol/host-name.ts';
import { quote } from '../../protocol/quote.ts';
import { normalizeRelayUrl } from '../../protocol/relay-url.ts';
import { commaList, type FlagsOf, flags, text, value } from '../flag.ts';

export const DOOR_FLAGS = flags('Names and certificates', {
  url: value('--url <url>', 'its own name behind a proxy: wss://relay.example', parseOwnUrl),
  tlsCert: text('--tls-cert <file>', 'its certificate and chain (PEM): serves wss://'),
  tlsKey: text('--tls-key <file>', 'the key of the certificate (PEM)'),
  allowHost: commaList('--allow-host <name>', 'another name it may be called by (repeatable)', parseName),
  allowOrigin: commaList(
    '--allow-origin <origin>',
    'web pages let in: an origin, or * (repeatable)',
    parseOrigin,
  ),
});

export type DoorFlags = FlagsOf<typeof DOOR_FLAGS>;

/** NIP-42 events must name it exactly, so nothing is guessed. */
function parseOwnUrl(text: string): string {
  const url = normalizeRelayUrl(text);
  if (!/^wss?:\/\//i.test(text)) throw new Error(`${quote(text)} has no ws:// or wss://; write ${url}`);
  return url;
}

function parseName(name: string): string {
  const known = nameIn(name);
  if (known === undefined) throw new Error(`${quote(name)} is no host name`);
  return known;
}

function parseOrigin(origin: string): string {
  if (origin === '*' || origin === 'null') return origin;
  const known = originIn(origin);
  if (known === undefined) throw new Error(`${quote(origin)} is no origin; write https://app.example, or *`);
  return known;
}
