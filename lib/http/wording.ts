import type * as z from 'zod';

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
};

/** What sizes are counted in; numbers are compared themselves. */
const UNITS: Readonly<Record<string, string>> = { string: 'character', array: 'item' };

function bounded(bound: string, limit: number | bigint, origin: string): string {
  const unit = UNITS[origin];
  return unit === undefined
    ? `must be ${bound} ${limit}`
    : `must have ${bound} ${limit} ${unit}${Number(limit) === 1 ? '' : 's'}`;
}

function unknownField(schema: unknown): string {
  const known = Object.keys((schema as z.core.$ZodObject)._zod.def.shape);
  return `is not a known field; ${known.length > 0 ? `known: ${known.join(', ')}` : 'no field is allowed here'}`;
}

function ruleOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'too_small':
      return bounded(issue.inclusive === false ? 'more than' : 'at least', issue.minimum, issue.origin);
    case 'too_big':
      return bounded(issue.inclusive === false ? 'less than' : 'at most', issue.maximum, issue.origin);
    case 'unrecognized_keys':
      return unknownField(issue.inst);
    default:
      return undefined;
  }
}

/**
 * The rule that a request breaks, in words that follow the place: `#/limit must be at most 100`. The schema itself has
 * the words of patterns, unions and rules between fields.
 */
export const wordingOf: z.core.$ZodErrorMap = (issue) => {
  const rule = ruleOf(issue);
  return rule !== undefined && issue.input === undefined ? `is required; it ${rule}` : rule;
};
