// mirror --spool: what waits survives, comes in order, and gives its room back; what is not ours is never written into.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs, {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { Event } from '../../../../../src/protocol/event.ts';
import { Spool, type SpoolSettings } from '../../../../../src/run/mirror/spool/spool.ts';
import type { Overflow } from '../../../../../src/sync/mirror/overflow.ts';
import { A } from '../../../../support/people.ts';
import { streamed } from '../../../../support/streamed.ts';

const [X, Y] = ['wss://x.example', 'wss://y.example'];

const NOTES = Array.from({ length: 40 }, (_, i) => A.note(`${i}`));

class World {
  readonly told: string[] = [];
  readonly path: string;
  readonly #folder: string;
  readonly #t: TestContext;

  constructor(t: TestContext) {
    this.#t = t;
    this.#folder = mkdtempSync(join(tmpdir(), 'nost-spool-'));
    this.path = join(this.#folder, 'spool');
    t.after(() => rmSync(this.#folder, { recursive: true }));
  }

  inFolder(name: string): string {
    return join(this.#folder, name);
  }

  async open(settings: Partial<SpoolSettings> = {}): Promise<Spool> {
    const spool = await Spool.open({
      path: this.path,
      most: 1024 * 1024 * 1024,
      targets: [X, Y],
      now: () => 0,
      tell: line => this.told.push(line.replace(`${this.#folder}/`, '')),
      signal: new AbortController().signal,
      ...settings,
    });
    this.#t.after(() => spool.close().catch(() => {}));
    return spool;
  }

  /** What another mirror would find if this one were killed now. */
  async afterKill(spare = 0): Promise<Spool> {
    const path = this.inFolder(`killed${Math.random()}`);
    copyFileSync(this.path, path);
    if (spare < 0) fs.truncateSync(path, statSync(path).size + spare);
    return this.open({ path });
  }
}

function pushAll(queue: Overflow, events: readonly Event[]): boolean[] {
  return events.map(event => queue.push(streamed(event)));
}

const contents = (queue: Overflow, most = 1000) => queue.drain(most).map(event => event.toEvent().content);

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i}`);

test('what is queued comes in its order, each for its target, and the file is emptied when all is done', async t => {
  const world = new World(t);
  const spool = await world.open();
  const [x, y] = [spool.of(X), spool.of(Y)];
  pushAll(x, NOTES.slice(0, 4));
  pushAll(y, NOTES.slice(2, 6));
  assert.deepEqual([x.size, y.size, statSync(world.path).mode & 0o777], [4, 4, 0o600]);
  assert.equal(statSync(world.path).size, spool.size);
  assert.deepEqual([contents(x, 3), contents(x), contents(x)], [numbers(0, 3), ['3'], []]);
  assert.deepEqual(contents(y), numbers(2, 6));
  for (const { id } of NOTES) x.done(id);
  assert.deepEqual([x.size, y.size], [0, 4]);
  for (const { id } of NOTES) y.done(id);
  assert.deepEqual([y.size, spool.size, statSync(world.path).size], [0, 0, 0]);
  pushAll(y, NOTES.slice(7, 9));
  assert.deepEqual(contents(y), numbers(7, 9));
});

test('after a kill it goes on: a torn last line is cut, what was noted as sent is not sent again', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const world = new World(t);
  const spool = await world.open();
  const [x, y] = [spool.of(X), spool.of(Y)];
  pushAll(x, NOTES.slice(0, 20));
  pushAll(y, NOTES.slice(0, 1));
  x.drain(12);
  for (const { id } of NOTES.slice(0, 10)) x.done(id);
  assert.equal((await world.afterKill()).of(X).size, 20, 'a second may be sent again');
  t.mock.timers.tick(1000);
  x.done(NOTES[11]!.id); // the tenth is still open
  pushAll(x, NOTES.slice(20, 22));
  const torn = await world.afterKill(-10);
  assert.deepEqual(contents(torn.of(X)), numbers(10, 21));
  assert.deepEqual(contents(torn.of(Y)), ['0']);
  pushAll(torn.of(X), NOTES.slice(30, 31));
  assert.deepEqual(contents(torn.of(X)), ['30']);
  assert.deepEqual(world.told, []);
});

test('closed and opened again it knows exactly what was sent', async t => {
  const world = new World(t);
  const spool = await world.open();
  pushAll(spool.of(X), NOTES);
  spool.of(X).drain(25);
  for (const { id } of NOTES.slice(0, 25)) spool.of(X).done(id);
  await spool.close();
  const again = await world.open();
  assert.deepEqual([again.of(X).size, contents(again.of(X))], [15, numbers(25, 40)]);
});

test('an event that is queued twice is sent once', async t => {
  const spool = await new World(t).open();
  pushAll(spool.of(X), [NOTES[0]!, NOTES[0]!, NOTES[1]!]);
  assert.deepEqual(contents(spool.of(X)), ['0', '1']);
  for (const { id } of NOTES) spool.of(X).done(id);
  assert.equal(spool.size, 0);
});

test('where it is full an event is refused, that is told once, and there is room again when some are done', async t => {
  const world = new World(t);
  const spool = await world.open({ most: 4000 });
  const x = spool.of(X);
  const taken = pushAll(x, NOTES).filter(Boolean).length;
  assert.ok(taken > 5 && taken < 40 && statSync(world.path).size <= 4000);
  assert.deepEqual(world.told, [
    '"spool" is full; what targets miss is found by comparing when they are back',
  ]);
  for (const { id } of x.drain(100)) x.done(id);
  assert.deepEqual(pushAll(x, NOTES.slice(0, 2)), [true, true]);
  pushAll(x, NOTES);
  assert.equal(world.told.length, 1, 'it comes and goes within a minute');
});

test('where the disk is full nothing is torn, that is told once, and it goes on when there is room', async t => {
  const world = new World(t);
  const spool = await world.open();
  const x = spool.of(X);
  pushAll(x, NOTES.slice(0, 2));
  const { writeSync } = fs;
  const full = t.mock.method(
    fs,
    'writeSync',
    (fd: number, bytes: Buffer, from: number, length: number, at: number) => {
      if (full.mock.callCount() % 2 === 0) return writeSync(fd, bytes, from, length >> 1, at);
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    },
  );
  syncBuiltinESMExports();
  assert.deepEqual(pushAll(x, NOTES.slice(2, 4)), [false, false]);
  full.mock.restore();
  syncBuiltinESMExports();
  assert.match(
    world.told.join('\n'),
    /^"spool" cannot be written: no space left on device; what targets miss [^\n]*$/,
  );
  assert.deepEqual(pushAll(x, NOTES.slice(4, 6)), [true, true]);
  assert.deepEqual(contents((await world.afterKill()).of(X)), ['0', '1', '4', '5']);
});

test('a line that is damaged costs what it held, and is told', async t => {
  const world = new World(t);
  const spool = await world.open();
  pushAll(spool.of(X), NOTES.slice(0, 3));
  await spool.close();
  const text = readFileSync(world.path, 'utf8').split('\n');
  text[2] = '\0'.repeat(300);
  text[3] = text[3]!.replace('"content":"2"', '"content":"3"');
  writeFileSync(world.path, text.join('\n'));
  const again = await world.open();
  assert.deepEqual([again.damaged, contents(again.of(X))], [1, ['0']]);
  assert.deepEqual(world.told, [
    '"spool" has damaged lines (1): what they held cannot be sent',
    `"spool" holds events for ${X} that are damaged, and cannot be sent`,
  ]);
});

test('what another program cuts off is told, and nothing waits for it', async t => {
  const world = new World(t);
  const spool = await world.open();
  const x = spool.of(X);
  pushAll(x, NOTES.slice(0, 3));
  fs.truncateSync(world.path, 20);
  assert.deepEqual([contents(x), x.hasMore, x.size], [[], false, 0]);
  assert.deepEqual(world.told, [`"spool" was changed by another program: events for ${X} are gone`]);
  pushAll(x, NOTES.slice(3, 5));
  assert.deepEqual(contents(x), ['3', '4']);
});

test('what waits for a relay that is no target now stays, and is told', async t => {
  const world = new World(t);
  const spool = await world.open();
  pushAll(spool.of(X), NOTES.slice(0, 3));
  await spool.close();
  const other = await world.open({ targets: [Y] });
  assert.deepEqual(world.told, [`"spool" holds 3 events for ${X}, which is no target now: they stay there`]);
  pushAll(other.of(Y), NOTES.slice(5, 6));
  other.of(Y).drain(1);
  other.of(Y).done(NOTES[5]!.id);
  await other.close();
  assert.equal((await world.open()).of(X).size, 3);
});

for (const [what, make] of [
  ['a FIFO', (path: string) => execFileSync('mkfifo', [path])],
  ['a folder', (path: string) => fs.mkdirSync(path)],
  ['a link to a device', (path: string) => fs.symlinkSync('/dev/zero', path)],
  ["somebody's text", (path: string) => writeFileSync(path, 'Dear diary\n')],
  [
    'a link to it',
    (path: string) => {
      writeFileSync(`${path}.txt`, 'Dear diary\n');
      fs.symlinkSync(`${path}.txt`, path);
    },
  ],
  ['a list of events', (path: string) => writeFileSync(path, `${JSON.stringify(NOTES[0])}\n`)],
] as const) {
  test(`${what} is refused, and not written into`, async t => {
    const world = new World(t);
    make(world.path);
    const before = statSync(world.path).isFile() && readFileSync(world.path, 'utf8');
    await assert.rejects(world.open(), {
      code: 'spool',
      kind: 'io',
      message: /^--spool: cannot use ".*spool": it/,
    });
    assert.equal(statSync(world.path).isFile() && readFileSync(world.path, 'utf8'), before);
    assert.ok(!fs.existsSync(`${world.path}.lock`));
  });
}

test('a link to a spool is followed; a first line that was torn is ours', async t => {
  const world = new World(t);
  writeFileSync(world.inFolder('real'), '{"spool":"nost');
  fs.symlinkSync('real', world.path);
  const spool = await world.open();
  pushAll(spool.of(X), NOTES.slice(0, 1));
  await spool.close();
  assert.ok(fs.lstatSync(world.path).isSymbolicLink());
  assert.equal((await world.open({ path: world.inFolder('real') })).of(X).size, 1);
});

test('two mirrors cannot have one, by whatever name', async t => {
  const world = new World(t);
  fs.symlinkSync('spool', world.inFolder('link'));
  const spool = await world.open();
  await assert.rejects(world.open({ path: world.inFolder('link') }), {
    code: 'spool_in_use',
    kind: 'io',
    message: new RegExp(`^--spool: another mirror \\(process ${process.pid}\\) has ".*link"`),
  });
  await spool.close();
  await world.open();
});

test('of a target that is never quite whole, what waits is moved to the front, and a kill meanwhile loses nothing', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const world = new World(t);
  const spool = await world.open();
  const [x, y] = [spool.of(X), spool.of(Y)];
  const filler = 'f'.repeat(30_000);
  const large = Array.from({ length: 60 }, (_, i) => A.note(`${i} ${filler}`));
  const first = (queue: Overflow, most = 1000) => contents(queue, most).map(content => content.split(' ')[0]);
  pushAll(y, large.slice(0, 30));
  pushAll(x, large);
  for (const { id } of y.drain(30)) y.done(id);
  x.drain(45);
  for (const { id } of large.slice(0, 40)) x.done(id);
  const before = spool.size;
  const kills: Promise<Spool>[] = [];
  const { writeSync } = fs;
  const watched = t.mock.method(fs, 'writeSync', (...args: Parameters<typeof writeSync>) => {
    const written = (writeSync as (...args: unknown[]) => number)(...args);
    kills.push(world.afterKill());
    return written;
  });
  syncBuiltinESMExports();
  t.mock.timers.tick(1000);
  x.done(large[41]!.id); // the fortieth is still open
  pushAll(x, NOTES.slice(0, 2));
  assert.deepEqual(x.drain(9), [], 'nothing is read while it is moved');
  while (spool.size > before / 2) await new Promise(resolve => setImmediate(resolve));
  await new Promise(resolve => setImmediate(resolve));
  watched.mock.restore();
  syncBuiltinESMExports();
  assert.ok(kills.length > 4, `${kills.length} writes`);
  for (const kill of kills) {
    const found = (await kill).of(X);
    const all = first(found);
    assert.deepEqual(all.slice(0, 20), numbers(40, 60));
    assert.deepEqual((await kill).of(Y).size, 0);
  }
  kills.push(world.afterKill());
  assert.deepEqual(first((await kills.at(-1)!).of(X)), [...numbers(40, 60), '0', '1']);
  assert.deepEqual(first(x), [...numbers(45, 60), '0', '1']);
  for (const { id } of large) x.done(id);
  assert.equal(x.size, 2);
  for (const { id } of NOTES) x.done(id);
  assert.equal(spool.size, 0);
  assert.deepEqual(world.told, []);
});

test('lines that are longer than any event are passed over', async t => {
  const world = new World(t);
  const spool = await world.open();
  pushAll(spool.of(X), NOTES.slice(0, 1));
  pushAll(spool.of(Y), NOTES.slice(0, 1));
  await spool.close();
  appendFileSync(world.path, `${'x'.repeat(70 * 1024 * 1024)}\n`);
  const again = await world.open();
  pushAll(again.of(X), [A.note('y'.repeat(5 * 1024 * 1024)), NOTES[1]!]);
  assert.equal(again.damaged, 1);
  const found: number[] = [];
  while (found.length < 3)
    found.push(
      ...again
        .of(X)
        .drain(9)
        .map(({ lineLength }) => lineLength),
    );
  assert.ok(found[1]! > 5 * 1024 * 1024);
});
