// Makes a clone ready to run: for `npm install --global .`, and for the first start where npm runs no scripts.
import { ensureBuilt, ensureInstalled } from './ensure.js';

ensureInstalled();
ensureBuilt();
