// Loaded into a program with --import: kills it (SIGKILL) just before its n-th step that changes a file or starts a
// process, n from KILL_AT. So every state a power cut or a kill -9 could leave is seen, one by one.
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

let left = Number(process.env.KILL_AT);

function step() {
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
}

function counted(object, name) {
  const original = object[name];
  object[name] = function (...args) {
    step();
    return original.apply(this, args);
  };
}

for (const name of ['mkdir', 'link', 'rename', 'unlink']) counted(fs.promises, name);
const { open } = fs.promises;
fs.promises.open = async (...args) => {
  step();
  const file = await open(...args);
  for (const name of ['writeFile', 'sync', 'close']) counted(file, name);
  return file;
};
counted(childProcess, 'spawn');
syncBuiltinESMExports();
