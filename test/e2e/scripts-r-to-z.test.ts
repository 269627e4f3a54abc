// The scripts of test/scripts from r to z.
import { describeScripts } from '../support/scripts.ts';

describeScripts(/^[^a-q]/);
