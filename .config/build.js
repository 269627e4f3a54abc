// `npm run build`, on a fresh clone too.
import { ensureInstalled } from './ensure.js';

ensureInstalled();
await (await import('./bundle.js')).bundle();
