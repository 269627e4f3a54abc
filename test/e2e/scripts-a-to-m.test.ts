// The scripts of test/scripts from a to m.
import { describeScripts } from '../support/scripts.ts';

describeScripts(/^[a-m]/);
