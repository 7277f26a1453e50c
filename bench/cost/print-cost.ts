/** `npm run cost`: prints the table of docs/operations.md. */
import { CHECK_IN_SECONDS, costOfPresence, costTable, TTL_SECONDS } from './cost';
import { PRICES_AS_OF } from './prices';

process.stdout.write(`US dollars, list prices of ${PRICES_AS_OF}, us-east-1, without free tiers\n\n${costTable()}\n`);
process.stdout.write(
  `\nan agent that checks in every ${CHECK_IN_SECONDS} s, with a ttlSeconds of ${TTL_SECONDS}: $${costOfPresence().toFixed(2)} a month\n`,
);
