// How long this process works without letting others go first: what another client of a relay waits for.

/**
 * The longest stretch while `work` goes on, in milliseconds of processor time, which the other programs of a busy machine
 * do not lengthen.
 */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let isOver = false;
  let used = process.cpuUsage();
  const look = () => {
    const { user, system } = process.cpuUsage(used);
    used = process.cpuUsage();
    longest = Math.max(longest, (user + system) / 1000);
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  try {
    await work();
  } finally {
    isOver = true;
  }
  look();
  return longest;
}
