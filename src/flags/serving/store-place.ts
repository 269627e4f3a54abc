// The place that `--store` names: memory, or a folder for a database.
import { quote } from '../../protocol/quote.ts';

/**
 * The folder as it was typed. Nothing, and a `~` that no shell has replaced, are never what was meant. Throws `Error`.
 * @example
 * parseStorePlace('memory') // → 'memory'
 * parseStorePlace('./~') // → './~'
 * parseStorePlace('') // throws name a folder, or memory
 * parseStorePlace('~/relay') // throws "~/relay" begins with a ~ that no shell has replaced; write "$HOME/relay"
 */
export function parseStorePlace(text: string): string {
  if (text === '') throw new Error('name a folder, or memory');
  if (/^~(?:\/|$)/.test(text))
    throw new Error(
      `${quote(text)} begins with a ~ that no shell has replaced; write ${quote(`$HOME${text.slice(1)}`)}`,
    );
  return text;
}
