// Batches under verification: several are checked at once, and given in the order they came.

/**
 * Pulls up to `depth` items of `source` before they are wanted, has each finished by `finish` at once, and gives them in
 * order; returns what the source returns. A consumer that leaves early has to end the source itself.
 */
export async function* readAhead<T, U, R>(
  source: AsyncGenerator<T, R>,
  depth: number,
  finish: (item: T) => U | Promise<U>,
): AsyncGenerator<U, R> {
  const underWay: Promise<IteratorResult<U, R>>[] = [];
  for (;;) {
    while (underWay.length < depth) underWay.push(pull(source, finish));
    const result = await underWay.shift()!;
    if (result.done) return result.value;
    yield result.value;
  }
}

/** A generator queues what is asked of it, so this may be called again before it has resolved. */
async function pullOne<T, U, R>(
  source: AsyncGenerator<T, R>,
  finish: (item: T) => U | Promise<U>,
): Promise<IteratorResult<U, R>> {
  const result = await source.next();
  return result.done ? result : { done: false, value: await finish(result.value) };
}

function pull<T, U, R>(
  source: AsyncGenerator<T, R>,
  finish: (item: T) => U | Promise<U>,
): Promise<IteratorResult<U, R>> {
  const pulled = pullOne(source, finish);
  pulled.catch(() => {}); // whoever awaits it is told; behind an earlier failure nobody does
  return pulled;
}
