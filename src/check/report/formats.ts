// The formats of a report, each loaded when it is asked for.
import type { Paint, Reporter } from './reporter.ts';

export const FORMATS = ['text', 'tap', 'junit', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** The reporter of a format. */
export async function reporterFor(format: Format, paint: Paint): Promise<Reporter> {
  switch (format) {
    case 'text':
      return new (await import('./text.ts')).TextReporter(paint);
    case 'tap':
      return new (await import('./tap.ts')).TapReporter();
    case 'junit':
      return new (await import('./junit.ts')).JunitReporter();
    case 'json':
      return new (await import('./json.ts')).JsonReporter();
  }
}
