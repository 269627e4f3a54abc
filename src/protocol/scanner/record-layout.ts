// The one table of what the scanner and its caller share in memory: the fields of an event's record, and how many
// frames there is room for. `npm run generate` makes the constants of AssemblyScript from it (`assembly/record.ts`).

/**
 * The fields of a record in their order, with their sizes in bytes. `created_at` is a double, the check is id, public
 * key and signature; everything else is a number of 32 bits. Positions count from the first line of all.
 */
export const RECORD_FIELDS = {
  CREATED_AT: 8,
  KIND: 4,
  /** Where the line begins, and where it ends, behind its newline. */
  LINE: 4,
  LINE_END: 4,
  /** Where these values begin in it. */
  KIND_AT: 4,
  TAGS_AT: 4,
  CONTENT_AT: 4,
  CHECK: 128,
};

/**
 * Where a field begins in a record, in bytes.
 * @example
 * fieldAt('CREATED_AT') // → 0
 * fieldAt('LINE') // → 12
 */
export function fieldAt(name: keyof typeof RECORD_FIELDS): number {
  let at = 0;
  for (const [field, size] of Object.entries(RECORD_FIELDS)) {
    if (field === name) break;
    at += size;
  }
  return at;
}

/** Bytes of a record. */
export const RECORD_SIZE = fieldAt('CHECK') + RECORD_FIELDS.CHECK;

/** Frames, and records, there is room for at once. */
export const MAX_FRAMES = 512;

/** Bytes that say where a frame begins and ends: two numbers of 32 bits. */
export const RANGE_SIZE = 8;
