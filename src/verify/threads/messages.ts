// What passes between the main thread and a verification thread.
import type { EngineName } from '../engine.ts';

/** What a thread is told when it starts. */
export interface ThreadSetup {
  engine: EngineName;
  platform: string;
}

/**
 * One batch on its way: packed checks out, and back with the results in its first `count` bytes. The memory itself
 * is handed over each time, so nothing is copied.
 */
export interface ThreadJob {
  packed: ArrayBuffer;
  count: number;
}

/** The thread's engine is loaded. */
export const READY = 'ready';

/** Nothing more comes: the thread does what it has been given, and ends by itself. */
export const END = 'end';
