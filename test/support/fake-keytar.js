// A keytar for the tests. KEYTAR_LOG: a file that gets a line when it is loaded and for each call. KEYTAR_FAKE: what
// it does (`store` keeps in the folder KEYTAR_FOLDER; otherwise below). KEYTAR_SNAPSHOT: a file that gets the command
// lines and environments of all processes that carry MARK, taken in the middle of a call.
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { KEYTAR_LOG, KEYTAR_FAKE = 'store', KEYTAR_FOLDER, KEYTAR_SNAPSHOT, MARK } = process.env;

function log(line) {
  if (KEYTAR_LOG) appendFileSync(KEYTAR_LOG, `${line}\n`);
}

function read(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function snapshot() {
  if (!KEYTAR_SNAPSHOT) return;
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    const environ = read(`/proc/${pid}/environ`);
    if (!environ.includes(MARK)) continue;
    const entry = {
      pid: Number(pid),
      self: Number(pid) === process.pid,
      argv: read(`/proc/${pid}/cmdline`),
      environ,
    };
    const core = /core file size\s+(\S+)/i.exec(read(`/proc/${pid}/limits`))?.[1];
    appendFileSync(KEYTAR_SNAPSHOT, `${JSON.stringify({ ...entry, core })}\n`);
  }
}

const path = (service, account) => join(KEYTAR_FOLDER, `${service}-${account}`);

const FAULTS = {
  segv: () => process.kill(process.pid, 'SIGSEGV'),
  denied: () => {
    throw new Error('User canceled the operation.');
  },
  silent: () => new Promise(() => setInterval(() => {}, 1000)),
};

async function call(name, work) {
  log(name);
  snapshot();
  return KEYTAR_FAKE === 'store' ? work() : FAULTS[KEYTAR_FAKE]();
}

log('loaded');

export default {
  getPassword: (service, account) =>
    call('get', () =>
      existsSync(path(service, account)) ? readFileSync(path(service, account), 'utf8') : null,
    ),
  setPassword: (service, account, value) => call('set', () => writeFileSync(path(service, account), value)),
  deletePassword: (service, account) =>
    call('delete', () => {
      const there = existsSync(path(service, account));
      rmSync(path(service, account), { force: true });
      return there;
    }),
  findPassword: () => call('findPassword', () => null),
  findCredentials: () => call('findCredentials', () => []),
};
