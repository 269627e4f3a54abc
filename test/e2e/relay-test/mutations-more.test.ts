// Each required case of the other NIPs fails for a relay that is broken in just that way.
import { mutationsOf, testMutations } from '../../support/mutation-tests.ts';
import { MUTATIONS } from '../../support/relay-mutations/all.ts';

testMutations(mutationsOf(false, MUTATIONS));
