// "Did you mean": the nearest word of a list, for error messages. A suggestion never runs by itself.

/**
 * The candidate with the fewest typing slips from `word`, or undefined when none is near: at most one slip in
 * three letters. A slip is a letter too many, missing, wrong, or two neighbours swapped. Upper case does not count. Where
 * none is near, one of the same letters in another order, with at most one more.
 * @example
 * nearest('artcle', ['note', 'article']) // → 'article'
 * nearest('ntoe', ['note', 'article']) // → 'note'
 * nearest('nto', ['note', 'article']) // → 'note'
 * nearest('banana', ['note', 'article']) // → undefined
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > MAX_WORD) return undefined;
  const wanted = word.toLowerCase();
  const words = [...candidates];
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of words) {
    if (Math.abs(candidate.length - wanted.length) >= fewest) continue; // a slip for each letter
    const slips = distance(wanted, candidate.toLowerCase());
    if (slips < fewest) [best, fewest] = [candidate, slips];
  }
  if (best !== undefined || wanted.length < LEAST_SCRAMBLED) return best;
  return words.find(candidate => isScrambled(wanted, candidate.toLowerCase()));
}

/** Two letters in another order are too little to tell. */
const LEAST_SCRAMBLED = 3;

/** Whether the candidate begins like the word and holds its letters, and one more at most. */
function isScrambled(word: string, candidate: string): boolean {
  if (candidate[0] !== word[0] || candidate.length < word.length || candidate.length > word.length + 1)
    return false;
  let left = candidate;
  for (const letter of word) {
    if (!left.includes(letter)) return false;
    left = left.replace(letter, '');
  }
  return true;
}

/** Nobody mistypes a word of this length; the table of distances stays small. */
const MAX_WORD = 64;

/** The optimal string alignment distance (Damerau-Levenshtein without overlapping swaps). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row.push(cell(a, b, i, j, rows, row));
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

function cell(a: string, b: string, i: number, j: number, rows: number[][], row: number[]): number {
  const cost = a[i - 1] === b[j - 1] ? 0 : 1;
  const plain = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + cost);
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return swapped ? Math.min(plain, rows[i - 2]![j - 2]! + 1) : plain;
}
