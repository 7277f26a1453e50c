/** To be imported once by each thread that runs functions, after tsx has been registered: see bundle-hooks.mjs. */
import { register } from 'node:module';

register('./bundle-hooks.mjs', import.meta.url);
