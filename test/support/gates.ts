// What a script may put between `nost` and a relay: TLS, proxies; and a relay that compresses. Each by a word.

import { startDeflatingRelay } from './deflating-relay.ts';
import { startHttpProxy, startMuteProxy, startSocksProxy, type TestProxy } from './proxies.ts';
import { startTlsFront } from './tls-front.ts';

export interface Gate {
  /** What `$NAME` stands for: a relay's URL, or a proxy's `host:port`. */
  readonly address: string;
  /** Destinations a proxy was asked for. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/**
 * `tls URL`, `http URL [user:password]`, `socks URL [user:password]`, `mute`, `deflating EVENT`, `bomb`; the URL is
 * that of the relay behind.
 */
export async function openGate(kind: string, [url = '', credentials]: readonly string[]): Promise<Gate> {
  const target = Number(url.split(':').at(-1));
  switch (kind) {
    case 'tls': {
      const front = await startTlsFront(target);
      return { address: front.url, asked: [], close: front.close };
    }
    case 'http':
      return proxyGate(await startHttpProxy({ target, credentials }));
    case 'socks':
      return proxyGate(await startSocksProxy({ target, credentials }));
    case 'mute':
      return proxyGate(await startMuteProxy());
    case 'deflating':
    case 'bomb': {
      const relay = await startDeflatingRelay(kind === 'bomb' ? undefined : url); // an event's JSON
      return { address: relay.url, asked: [], close: relay.close };
    }
    default:
      throw new Error(`no gate of the kind "${kind}"`);
  }
}

function proxyGate({ port, asked, close }: TestProxy): Gate {
  return { address: `127.0.0.1:${port}`, asked, close };
}
