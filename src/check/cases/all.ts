// Every case, in the order in which they are listed and reported.
import type { Case } from '../case.ts';
import { MESSAGES } from './nip01/messages.ts';

export const CASES: readonly Case[] = [...MESSAGES];
