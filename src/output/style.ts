// Colours for people. No other file imports chalk, and it is loaded only when a stream has colours.

export type ColorChoice = 'auto' | 'always' | 'never';

export interface ColorEnvironment {
  NO_COLOR?: string | undefined;
  FORCE_COLOR?: string | undefined;
  TERM?: string | undefined;
}

/** Whether a stream has colours: by the flag, then NO_COLOR, FORCE_COLOR, TERM=dumb, then whether it is a terminal. */
export function wantsColor(choice: ColorChoice, env: ColorEnvironment, isTerminal: boolean): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}

/** Whether data on stdout has colours. In a pipe only `--color always` colours it: the reader is a program. */
export function wantsColoredData(choice: ColorChoice, env: ColorEnvironment, isTerminal: boolean): boolean {
  return (isTerminal || choice === 'always') && wantsColor(choice, env, isTerminal);
}

export interface Style {
  error(text: string): string;
  hint(text: string): string;
  strong(text: string): string;
  dim(text: string): string;
  accent(text: string): string;
}

const same = (text: string) => text;
const plain: Style = { error: same, hint: same, strong: same, dim: same, accent: same };

/** The styles of a stream. */
export async function styleFor(colored: boolean): Promise<Style> {
  if (!colored) return plain;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return {
    error: text => chalk.red(text),
    hint: text => chalk.dim(text),
    strong: text => chalk.bold(text),
    dim: text => chalk.dim(text),
    accent: text => chalk.cyan(text),
  };
}
