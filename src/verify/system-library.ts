// Opens the libsecp256k1 of the system through koffi: as fast as C. It is somebody else's library, so who opens it has it
// answer what is known before it is believed, and names whose interface is another are never opened.
import { EngineUnavailable } from './engine.ts';

/**
 * The versions of the interface whose `secp256k1_schnorrsig_verify` takes the message's length, newest first
 * (1: release 0.2, 2: 0.3 to 0.5, 5: 0.6, 6: 0.7). Version 0 does not: calling it so would crash.
 */
const VERSIONS = [6, 5, 2, 1];

export type Koffi = typeof import('koffi')['default'];

/**
 * Where a library of that version may lie. Bare names are looked up by the system's own loader, which on Windows
 * would look into the current folder too: there only folders of package managers are searched.
 */
const NAMES: Readonly<Record<string, (version: number) => string[]>> = {
  linux: version => [`libsecp256k1.so.${version}`],
  freebsd: version => [`libsecp256k1.so.${version}`],
  darwin: version =>
    ['/opt/homebrew/lib/', '/usr/local/lib/', '/opt/local/lib/'].map(
      folder => `${folder}libsecp256k1.${version}.dylib`,
    ),
  win32: version =>
    ['ucrt64', 'mingw64', 'clang64'].map(folder => `C:\\msys64\\${folder}\\bin\\libsecp256k1-${version}.dll`),
};

/** Its address, or of something in memory. As a number: wrapping a pointer costs more than it protects. */
export type Address = number;

/** The koffi type of an `Address`. */
export const ADDRESS = 'uintptr_t';

const CONTEXT_NONE = 1;

/** An open library. */
export interface SystemLibrary {
  koffi: Koffi;
  library: ReturnType<Koffi['load']>;
  /** What each of its functions takes first. */
  context: unknown;
}

/** Memory that C and JavaScript both see. It stays where it is and is never freed: who holds it lives as long as its thread. */
export function sharedMemory(koffi: Koffi, bytes: number): { bytes: Uint8Array; address: Address } {
  const pointer = koffi.alloc('uint8_t', bytes);
  return { bytes: new Uint8Array(koffi.view(pointer, bytes)), address: Number(koffi.address(pointer)) };
}

/**
 * What `make` makes of the first library that it takes, which it tells by not throwing. `platform` is as `process.platform`
 * names it. Throws `EngineUnavailable`.
 */
export async function openSystemLibrary<T>(
  platform: string,
  make: (opened: SystemLibrary) => T,
  candidates = candidatesFor(platform),
): Promise<T> {
  const koffi = await openKoffi();
  const problems: string[] = [];
  for (const name of candidates) {
    try {
      const library = koffi.load(name);
      const context = library.func('secp256k1_context_create', 'void *', ['uint'])(CONTEXT_NONE);
      if (!context) throw new Error('it gives no context');
      return make({ koffi, library, context });
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new EngineUnavailable(`no libsecp256k1 can be used (${problems.join('; ')})`);
}

export function candidatesFor(platform: string): string[] {
  return VERSIONS.flatMap(NAMES[platform] ?? (() => []));
}

async function openKoffi(): Promise<Koffi> {
  try {
    return (await import('koffi')).default;
  } catch (error) {
    throw new EngineUnavailable(`koffi cannot be loaded: ${(error as Error).message}`);
  }
}
