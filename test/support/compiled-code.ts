// Whether what V8 keeps of compiled code is still good for it: not while one of its flags has changed.
import { Script } from 'node:vm';

let asked = 0;

/** Compiles something now; the returned function tells whether V8 would take that now. */
export function compiledCodeCheck(): () => boolean {
  const cachedData = new Script('() => 1').createCachedData();
  // Each time under another name: V8 does not even look at the data of a script that it has already.
  return () => !new Script('() => 1', { filename: `${++asked}.js`, cachedData }).cachedDataRejected;
}
