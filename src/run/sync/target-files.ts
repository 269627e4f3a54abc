// The files that a sync writes to, opened before anything is asked of anybody: a bad path costs nothing.
import type { Context } from '../../context.ts';
import { AppendedLines } from './appended-lines.ts';
import type { Place } from './places.ts';

export class TargetFiles {
  readonly #lines = new Map<Place, AppendedLines>();

  /** Opens those of the places that are files. Rejects with `IoError`. */
  static async open(places: readonly Place[], { log }: Context): Promise<TargetFiles> {
    const files = new TargetFiles();
    try {
      for (const place of places) {
        if (place.isRelay || place.name === '-') continue;
        const lines = await AppendedLines.open(place.name);
        files.#lines.set(place, lines);
        lines.tell(log);
      }
      return files;
    } catch (error) {
      await files.close();
      throw error;
    }
  }

  linesOf(place: Place): AppendedLines | undefined {
    return this.#lines.get(place);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lines.values()].map(lines => lines.close()));
  }
}
