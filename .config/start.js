// `npm start`: a tour of nost against its own relay. `npm -s start -- req …` runs any command instead.
import { spawn } from 'node:child_process';
import { ensureBuilt, ensureInstalled, root } from './ensure.js';

ensureInstalled();
ensureBuilt();

const words = process.argv.slice(2);
if (words.length > 0) runCommand(words);
else await (await import('./tour.js')).tour();

/**
 * Becomes the command, as far as a parent can: its streams, its signals, its end.
 * @param {string[]} args
 */
function runCommand(args) {
  const child = spawn(process.execPath, [`${root}bin/nost.js`, ...args], { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exitCode = code ?? 1;
    else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}
