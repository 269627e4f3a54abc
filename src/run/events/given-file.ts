// Words that stand where a file of events should, and cannot be one: what they are, and what to write then.
import { existsSync } from 'node:fs';
import { UsageError } from '../../errors.ts';
import { quote } from '../../protocol/quote.ts';

/** What a command would have one write instead. */
export interface InsteadOfFile {
  relay: string;
  json: string;
}

/** Throws `UsageError` for a relay and for JSON, unless there is a file of that name. */
export function refuseOther(word: string, { relay, json }: InsteadOfFile): void {
  const isRelay = /^wss?:\/\//i.test(word);
  if ((!isRelay && !/^\s*[{[]/.test(word)) || existsSync(word)) return;
  throw new UsageError(`${quote(word)} is no file, but ${isRelay ? 'a relay' : 'JSON'}`, {
    code: 'bad_arguments',
    hint: isRelay ? relay : json,
  });
}
