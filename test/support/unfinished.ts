// What of src does not keep a house rule yet. Each line goes with its reason; when the list is empty, so does this file.

interface Unfinished {
  /** `FROM imports TO` */
  imports: readonly string[];
  /** Places, as a beginning of their paths: a circle that lies in one of them is not told. */
  circles: readonly string[];
  /** Beginnings of paths. */
  longFiles: readonly string[];
  /** Beginnings of paths. */
  bigClasses: readonly string[];
  /** Beginnings of paths. */
  citations: readonly string[];
}

export const UNFINISHED: Unfinished = {
  imports: [],
  circles: [],
  longFiles: [],
  bigClasses: [],
  citations: [],
};

/** Folders that may import commander until every command's flags are a table. */
export const COMMANDER_FOR_NOW: readonly string[] = ['commands/'];
