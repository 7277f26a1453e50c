/** `npm run cost`: prints the table of docs/operations.md. */
import { costTable } from './cost';
import { PRICES_AS_OF } from './prices';

process.stdout.write(`US dollars, list prices of ${PRICES_AS_OF}, us-east-1, without free tiers\n\n${costTable()}\n`);
