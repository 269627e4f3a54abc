// The bound of a whole try: a relay that sends a frame now and then is never silent for long, and never done.
import { NoAnswer } from './verdict.ts';

/** Rejects with `NoAnswer` when it takes too long altogether. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`not done in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
