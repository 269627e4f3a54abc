// The folders of accounts and keys. Without a home there is none: a key is never put into the current folder.
import { SignerError } from '../../errors.ts';
import { type FolderVariable, ownFolder } from '../../folders.ts';
import type { Variables } from '../environment.ts';

/** The folder `nost` below the folder of a variable. Throws `SignerError`, code `no_home`. */
export function folderOf(env: Readonly<Variables>, variable: FolderVariable): string {
  const folder = ownFolder(env, variable);
  if (folder !== undefined) return folder;
  throw new SignerError('there is no home folder for accounts and keys', {
    code: 'no_home',
    hint: `Set HOME to an absolute path, or ${variable}.`,
  });
}
