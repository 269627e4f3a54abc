// `npm run soak [FACTOR]`: the long versions of what `npm test` runs small and seeded: fuzzing, kill loops, load.
// FACTOR multiplies the runs of every property (default 2000: a million inputs for each fuzz of the frames).
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { ensureBuilt, ensureInstalled, root } from './ensure.js';
