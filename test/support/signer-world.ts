// An environment for the signer in which only what a test gives exists: variables, somebody at the terminal, a
// keychain's helper. What was told and asked is kept.
import { fileURLToPath } from 'node:url';
import { SignerError } from '../../src/errors.ts';
import { SecretVariables, type SignerEnvironment, type Variables } from '../../src/signer/environment.ts';

const FAKE_HELPER = fileURLToPath(new URL('./fake-keychain-helper.js', import.meta.url));

export interface SignerWorld extends SignerEnvironment {
  env: Variables;
  /** What the person was told. */
  notes: string[];
  details: string[];
  /** What took a while, at its beginning and its end. */
  work: string[];
  /** What the person was asked. */
  questions: string[];
}

/** `typed` are the answers in turn; without them nobody sits at a terminal. */
export function signerWorld(variables: Variables = {}, typed?: readonly string[]): SignerWorld {
  const env = { ...variables };
  const answers = typed?.[Symbol.iterator]();
  const world = {
    notes: [] as string[],
    details: [] as string[],
    work: [] as string[],
    questions: [] as string[],
  };
  const ask = async (text: string): Promise<string> => {
    world.questions.push(text);
    const next = answers?.next();
    if (!next || next.done) throw new SignerError('there is no terminal', { code: 'no_terminal' });
    return next.value;
  };
  return {
    ...world,
    secrets: new SecretVariables(env),
    env,
    userId: process.getuid?.(),
    patience: 10_000,
    platform: process.platform,
    helper: [process.execPath, FAKE_HELPER, 'absent'],
    now: () => 1_700_000_000_000,
    hasTerminal: () => typed !== undefined,
    promptHidden: ask,
    promptLine: ask,
    note: message => world.notes.push(message),
    noteAtTerminal: message => world.notes.push(message),
    showWork: text => {
      world.work.push(text);
      return () => world.work.push(`${text} done`);
    },
    detail: message => world.details.push(message),
  };
}

/** How the fake helper behaves; `store` keeps in `folder` what it is given, `environment` writes what it inherits. */
export type FakeKeychain =
  | { behaviour: 'store' | 'forgets'; folder: string }
  | { behaviour: 'error'; text: string }
  | { behaviour: 'environment'; file: string }
  | { behaviour: 'silent' | 'segv' | 'exit' | 'garbage' };

/** `world` with a keychain whose helper does as it is told, and a bus that nobody is asked on. */
export function withKeychain(world: SignerWorld, keychain: FakeKeychain): SignerWorld {
  const { behaviour, ...rest } = keychain;
  const argument = Object.values(rest)[0] ?? '';
  return {
    ...world,
    env: { ...world.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' },
    helper: [process.execPath, FAKE_HELPER, behaviour, argument],
  };
}
