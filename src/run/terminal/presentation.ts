// How a command shows its data to people: cards and tables with --pretty, else JSON with dim keys.
import type { Context } from '../../context.ts';
import type { RecordLayout } from '../../output/pretty/presenter.ts';
import { styleFor } from '../../output/style.ts';

export interface Presentation {
  isPretty: boolean;
  isColored: boolean;
  layout: RecordLayout;
}

/** From now on stdout shows its lines in this way. */
export async function presentBy(
  { isPretty, isColored, layout }: Presentation,
  { stdout, columns, accountNames }: Pick<Context, 'stdout' | 'columns' | 'accountNames'>,
): Promise<void> {
  const style = await styleFor(isColored);
  if (!isPretty) {
    const { jsonColors } = await import('../../output/json-colors.ts');
    return stdout.presentBy(jsonColors(style));
  }
  const { PrettyPresenter } = await import('../../output/pretty/presenter.ts');
  stdout.presentBy(
    new PrettyPresenter({ columns: () => columns.stdout, style, layout, accounts: await accountNames() }),
  );
}
