// The errors of DNS, TCP, TLS and WebSocket, each as one plain sentence.

/** Of a text frame; also said where `ws` is not the one who finds it. */
export const NOT_UTF8 = 'a text frame that is not UTF-8';

const ERROR_TEXTS: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host name lookup failed',
  ECONNRESET: 'connection reset',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network unreachable',
  EADDRNOTAVAIL: 'no address or port of this machine is left for a connection',
  EMFILE: 'too many open files: ulimit -n raises the limit, and fewer relays need fewer',
  ENFILE: 'too many open files on this machine',
  EACCES: 'a connection is not permitted',
  EPERM: 'a connection is not permitted',
  EPROTO: 'TLS failed: this is probably not a TLS server',
  CERT_HAS_EXPIRED: 'TLS failed: the certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TLS failed: self-signed certificate (--cacert trusts it)',
  SELF_SIGNED_CERT_IN_CHAIN: 'TLS failed: self-signed certificate in the chain (--cacert adds it)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLS failed: the certificate is for another host',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'TLS failed: the certificate cannot be verified (--cacert adds its authority)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'TLS failed: the authority of the certificate is unknown (--cacert adds one)',
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 'a frame over 16 MiB',
  WS_ERR_INVALID_UTF8: NOT_UTF8,
};

/** One plain sentence for an error of the network. */
export function describeNetworkError(error: Error): string {
  // Node tries several addresses of a host at once and reports all failures together.
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  const code = (first as NodeJS.ErrnoException).code ?? '';
  const message = first.message
    .replace('Unexpected server response:', 'no WebSocket here: HTTP')
    .replace(LOCAL_END, '');
  return ERROR_TEXTS[code] ?? (message || code);
}

/** Whether such a sentence says what this machine lacks, and nothing of the relay. */
export function isOwnLack(sentence: string): boolean {
  return ['EMFILE', 'ENFILE', 'EADDRNOTAVAIL'].some(code => ERROR_TEXTS[code] === sentence);
}

/** What Node adds of our own end of a connection that there is not. */
const LOCAL_END = / - Local \([^)]*\)$/;

/** What did not come in time: an answer of the proxy that was awaited, or what was to go through it. */
export function tooLate(awaited: string | undefined, what: string, milliseconds: number): string {
  return `no ${awaited ? `answer from the ${awaited}` : what} within ${inSeconds(milliseconds)}`;
}

/** A limit in seconds, as people read it: what is left of a longer one is not told to the millisecond. */
export function inSeconds(milliseconds: number): string {
  return `${milliseconds < 100 ? milliseconds / 1000 : Math.round(milliseconds / 10) / 100} s`;
}
