// Where the files of this program lie: in the home of the user, or where the XDG variables say. Never in the current
// folder, whatever the environment holds.
import { mkdirSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

/** The variables of the XDG Base Directory Specification that this program reads, and their defaults below the home. */
const DEFAULTS = {
  XDG_CONFIG_HOME: '.config',
  XDG_DATA_HOME: '.local/share',
  XDG_STATE_HOME: '.local/state',
} as const;

export type FolderVariable = keyof typeof DEFAULTS;

/**
 * The folder `nost` below the folder of a variable: "If an implementation encounters a relative path […] it should
 * consider the path invalid and ignore it." Undefined when there is no home either.
 * @example
 * ownFolder({ XDG_DATA_HOME: '/d' }, 'XDG_DATA_HOME') // → '/d/nost'
 * ownFolder({ XDG_DATA_HOME: 'd', HOME: '/h' }, 'XDG_DATA_HOME') // → '/h/.local/share/nost'
 * ownFolder({ HOME: '.' }, 'XDG_DATA_HOME') // → undefined
 */
export function ownFolder(env: Variables, variable: FolderVariable): string | undefined {
  const base = env[variable] || '';
  if (isAbsolute(base)) return join(base, 'nost');
  const home = env['HOME'] ?? '';
  return isAbsolute(home) ? join(home, DEFAULTS[variable], 'nost') : undefined;
}

/**
 * The home of the user: `HOME`, or what the password database says where that is not an absolute path. Undefined when
 * neither is. `ofUser` asks the database; it may throw for a user who is not in it.
 * @example
 * homeOf({ HOME: '/h' }, () => '/root') // → '/h'
 * homeOf({ HOME: '' }, () => '/root') // → '/root'
 */
export function homeOf({ HOME: home = '' }: Variables, ofUser: () => string): string | undefined {
  if (isAbsolute(home)) return home;
  try {
    const known = ofUser();
    return isAbsolute(known) ? known : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes a folder and those above it, for the user alone. (Node's own way spins for ever where the system lies about
 * folders: /proc.) Throws what `mkdirSync` throws.
 */
export function makeFolder(path: string): void {
  try {
    makeOne(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    makeOne(path);
  }
}

/** Another program may make it at the same moment; what it is, the writing will tell. */
function makeOne(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
