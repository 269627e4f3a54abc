// The whole mutation table: each relay that is broken on purpose against all required cases. It fails the case that it
// is broken for, and no other but the consequences that the table names.
import { testMutations } from '../support/mutation-tests.ts';
import { MUTATIONS } from '../support/relay-mutations/all.ts';

testMutations(MUTATIONS, 1);
