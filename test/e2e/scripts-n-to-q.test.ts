// The scripts of test/scripts from n to q.
import { describeScripts } from '../support/scripts.ts';

describeScripts(/^[n-q]/);
