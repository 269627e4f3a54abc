// Each word of each recipe of README is one that its test would miss (NOST_SOAK is set).
import '../e2e/readme.test.ts';
