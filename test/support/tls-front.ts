// TLS for tests: an authority nobody trusts, a certificate of it for localhost, 127.0.0.1 and relay.test (made once
// with openssl, valid for 100 years), and a server that speaks TLS in front of a relay.
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';

export interface TlsFront {
  /** `wss://localhost:<port>` */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Takes TLS connections and passes what they say to a port of the loopback. `onHello`: a client that names the host began. */
export async function startTlsFront(target: number, onHello = () => {}): Promise<TlsFront> {
  const sockets = new Set<Socket>();
  const SNICallback = (_: string, done: (error: null) => void) => {
    onHello();
    done(null);
  };
  const server = createServer({ cert: RELAY_CERTIFICATE, key: RELAY_KEY, SNICallback }, client => {
    const relay = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [client, relay],
      [relay, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {}); // a refused certificate ends here
      one.on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `wss://localhost:${port}`,
    port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The authority: what `--cacert` wants. */
export const AUTHORITY = `-----BEGIN CERTIFICATE-----
MIIBgjCCASigAwIBAgIUIVGjoRdJhypqeI6TBLaAj5W3T8YwCgYIKoZIzj0EAwIw
HjEcMBoGA1UEAwwTbm9zdCB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjIxNzIyNDha
GA8yMTI2MTAyOTE3MjI0OFowHjEcMBoGA1UEAwwTbm9zdCB0ZXN0IGF1dGhvcml0
eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEGs5JNNK44j4PiM4KbLVnEoCKf/
Hh3c+f9Ehm2q/MjajKETAI7CQ4dfnrXDW99FxQAn+wT58LnyjAy/M11MeFCjQjBA
MA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBRm8zmy
dIFe4InFB6qXJptW0gJurTAKBggqhkjOPQQDAgNIADBFAiBFfPU+2tXGZLTFL7C/
Zq8F0vivcvuNbckkuC0ax/ZxDQIhAKR1b+TNX6IdmLZrMywC02PzFn9lC4aylWOD
SqGRzBkp
-----END CERTIFICATE-----`;

export const RELAY_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIB1jCCAXygAwIBAgIUIVNxhA1YGjhyHiA+6YqrIjmGUrIwCgYIKoZIzj0EAwIw
HjEcMBoGA1UEAwwTbm9zdCB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjIxNzIyNDla
GA8yMTI2MTAyOTE3MjI0OVowFTETMBEGA1UEAwwKcmVsYXkudGVzdDBZMBMGByqG
SM49AgEGCCqGSM49AwEHA0IABJJnWrnphb17yjyUbVCVya4Ler3HRwqtwY8xzPxr
/q4rbflU8sHRVJRbV6CsC2hyMh+WHIrCrSgfZXZygyvI6YijgZ4wgZswDAYDVR0T
AQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwEwYDVR0lBAwwCgYIKwYBBQUHAwEwJgYD
VR0RBB8wHYIJbG9jYWxob3N0ggpyZWxheS50ZXN0hwR/AAABMB0GA1UdDgQWBBQd
Yi4mmqZCF/JK8eIpmerKtZMtczAfBgNVHSMEGDAWgBRm8zmydIFe4InFB6qXJptW
0gJurTAKBggqhkjOPQQDAgNIADBFAiEA/EKwVezESgo2DYDDLvJ5kOiYXOalCQTE
dPmAniDSL1ACIAnFQFHw+pmXt9IQvcw+WqHFsdokXiBgLXPyMZTJjWJo
-----END CERTIFICATE-----`;

export const RELAY_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgDfacv5aiwDekfySf
vWCPJFwQYDO3Ix62u9/SzRwBOXmhRANCAASSZ1q56YW9e8o8lG1QlcmuC3q9x0cK
rcGPMcz8a/6uK235VPLB0VSUW1egrAtocjIflhyKwq0oH2V2coMryOmI
-----END PRIVATE KEY-----`;
