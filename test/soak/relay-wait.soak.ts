// relay-wait beside the clock (NOST_SOAK is set): it ends within 200 ms of the first answer.
import '../e2e/relay-wait.test.ts';
