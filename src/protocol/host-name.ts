// Names of hosts, and origins of web pages, as HTTP requests tell them, in one form each.

/** The name or address in `host` or `host:port`, in its canonical form; undefined when it is none. */
export function nameIn(host: string): string | undefined {
  const bare = host.includes(':') && !host.startsWith('[') && host.split(':').length > 2 ? `[${host}]` : host;
  if (!/^(\[[\da-fA-F:.]+\]|[^\s/?#@\\:[\]]+)(:\d{1,5})?$/.test(bare)) return undefined;
  const url = URL.canParse(`http://${bare}`) ? new URL(`http://${bare}`) : undefined;
  return url?.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** An origin of the web in its canonical form: scheme, host and port; undefined when it is none. */
export function originIn(text: string): string | undefined {
  if (!/^https?:\/\/[^/?#@\s]+\/?$/i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text).origin;
}

/** Whether an address, in its canonical form, is of the loopback. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address);
}

/** Whether a canonical name is an address. */
export function isAddress(name: string): boolean {
  return name.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(name);
}
