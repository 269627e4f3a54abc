// The network flags as the way to every relay of a command: headers, trust, compression.
import type { Context } from '../context.ts';
import type { Route } from '../relay/route.ts';
import type { Header } from './network-values.ts';
import type { NetworkFlags } from './options.ts';

/** The way that the flags demand. Their secrets are hidden on stderr from now on; --insecure is warned of. */
export function routeOf(flags: NetworkFlags, context: Context): Route {
  const { header = [], cacert = [], insecure = false, deflate = false } = flags;
  for (const { value } of header) hideHeader(value, context);
  if (insecure) warnOfInsecurity(context);
  return { headers: gather(header), extraAuthorities: cacert, insecure, deflate };
}

/** Hides the whole value, and what follows the scheme in `Authorization: Bearer …`. */
function hideHeader(value: string, context: Context): void {
  context.hide(value);
  context.hide(value.slice(value.lastIndexOf(' ') + 1));
}

function warnOfInsecurity({ log }: Context): void {
  const message = '--insecure: certificates are not checked; anybody in between can pretend to be the relay';
  log.warn({ type: 'warning', code: 'insecure', message });
}

/** A name that comes again is sent again, as it was given. */
function gather(lines: readonly Header[]): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const { name, value } of lines) headers[name] = [...(headers[name] ?? []), value];
  return headers;
}
