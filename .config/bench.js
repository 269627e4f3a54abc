// `npm run bench [-- --rounds N --million]`: what nost costs beside its peers and beside what the machine allows.
import { spawn } from 'node:child_process';
import { ensureBuilt, ensureInstalled, root } from './ensure.js';

ensureInstalled();
ensureBuilt();

const words = ['--import', 'tsx', 'test/bench/bench.ts', ...process.argv.slice(2)];
spawn(process.execPath, words, { cwd: root, stdio: 'inherit' }).on('exit', code => {
  process.exitCode = code ?? 1;
});
