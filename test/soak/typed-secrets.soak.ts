// Every form of a secret, typed into every place of every command (NOST_SOAK is set).
import '../e2e/typed-secrets.test.ts';
