// The way from a NIP-05 name in a flag to its domain. Nothing that asks is loaded before there is such a name.
import { setMaxListeners } from 'node:events';
import type { Context, InputContext } from '../../context.ts';
import type { LookupFlags } from '../../flags/network-flags.ts';
import type { NameLookups } from './name-lookups.ts';

/**
 * What the reading of flags needs, until the signal aborts. `flags` say how domains are asked for the keys of names;
 * without them none is asked.
 */
export function inputOf(context: Context, signal: AbortSignal, flags?: LookupFlags): InputContext {
  const { now, stdin, accountKey } = context;
  return { now, stdin, accountKey, signal, askDomain: flags && domainsBy(flags, context, signal) };
}

function domainsBy(flags: LookupFlags, context: Context, signal: AbortSignal): InputContext['askDomain'] {
  let lookups: Promise<NameLookups> | undefined;
  const fault = new AbortController();
  const open = async () => {
    const { NameLookups } = await import('./name-lookups.ts');
    const either = AbortSignal.any([signal, fault.signal]);
    setMaxListeners(0, either);
    return new NameLookups(context, flags, either);
  };
  return async name => {
    lookups ??= open();
    try {
      return await (await lookups).locate(name);
    } catch (error) {
      fault.abort(error); // the command ends, and waits for no other
      throw error;
    }
  };
}
