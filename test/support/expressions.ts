import { isDeepStrictEqual } from 'node:util';
import type { Item } from '../../lib/table/table';

/**
 * The expressions of DynamoDB as far as Muster uses them, over items of native values. What is not used is refused, so
 * that a new expression can't pass unnoticed.
 *
 * Conditions: `attribute_exists`, `attribute_not_exists`, `begins_with`, comparisons, `BETWEEN`, `NOT`, `AND`, `OR`,
 * parentheses.
 * Updates: `SET a = b`, `REMOVE a`, `ADD a :number`.
 */
export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

type Path = readonly string[];
type Operand = (item: Item) => unknown;
type Condition = (item: Item) => boolean;

const TOKEN = /\s*(<>|<=|>=|[=<>(),]|[:#]?[A-Za-z_][A-Za-z0-9_]*(?:\.#?[A-Za-z_][A-Za-z0-9_]*)*)/y;

class Reader {
  readonly #tokens: string[] = [];
  #next = 0;

  constructor(
    readonly text: string,
    readonly placeholders: Placeholders,
  ) {
    for (TOKEN.lastIndex = 0; text.slice(TOKEN.lastIndex).trim() !== '';) {
      const at = TOKEN.lastIndex;
      const token = TOKEN.exec(text)?.[1];
      if (token === undefined) throw new Error(`can't read the expression "${text}" at ${at}`);
      this.#tokens.push(token);
    }
  }

  peek(): string | undefined {
    return this.#tokens[this.#next];
  }

  take(expected?: string): string {
    const token = this.#tokens[this.#next++];
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`expected ${expected ?? 'more'} in "${this.text}", found ${token ?? 'its end'}`);
    }
    return token;
  }

  takeIf(token: string): boolean {
    if (this.peek() !== token) return false;
    this.#next++;
    return true;
  }

  path(): Path {
    const names = this.placeholders.ExpressionAttributeNames ?? {};
    return this.take()
      .split('.')
      .map((part) => {
        const name = part.startsWith('#') ? names[part] : part;
        if (name === undefined) throw new Error(`${part} is not given for "${this.text}"`);
        return name;
      });
  }

  operand(): Operand {
    if (!this.peek()?.startsWith(':')) {
      const path = this.path();
      return (item) => valueAt(item, path);
    }
    const name = this.take();
    const values = this.placeholders.ExpressionAttributeValues ?? {};
    if (!(name in values)) throw new Error(`${name} is not given for "${this.text}"`);
    return () => values[name];
  }
}

function valueAt(item: Item, path: Path): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Item)[name] : undefined,
    item,
  );
}

/** Whether the condition holds for an item; `{}` where there is none. */
export function holds(expression: string | undefined, placeholders: Placeholders, item: Item): boolean {
  if (expression === undefined) return true;
  const reader = new Reader(expression, placeholders);
  const condition = readOr(reader);
  if (reader.peek() !== undefined) throw new Error(`"${reader.peek() ?? ''}" is left of "${expression}"`);
  return condition(item);
}

function readOr(reader: Reader): Condition {
  const parts = [readAnd(reader)];
  while (reader.takeIf('OR')) parts.push(readAnd(reader));
  return (item) => parts.some((part) => part(item));
}

function readAnd(reader: Reader): Condition {
  const parts = [readTerm(reader)];
  while (reader.takeIf('AND')) parts.push(readTerm(reader));
  return (item) => parts.every((part) => part(item));
}

function readTerm(reader: Reader): Condition {
  // NOT binds less than a comparison, more than AND.
  if (reader.takeIf('NOT')) {
    const negated = readTerm(reader);
    return (item) => !negated(item);
  }
  if (reader.takeIf('(')) {
    const inner = readOr(reader);
    reader.take(')');
    return inner;
  }
  const name = reader.peek();
  if (name === 'attribute_exists' || name === 'attribute_not_exists') {
    reader.take();
    reader.take('(');
    const path = reader.path();
    reader.take(')');
    return (item) => (valueAt(item, path) !== undefined) === (name === 'attribute_exists');
  }
  if (reader.takeIf('begins_with')) {
    reader.take('(');
    const path = reader.path();
    reader.take(',');
    const prefix = reader.operand();
    reader.take(')');
    return (item) => ((valueAt(item, path) as string | undefined) ?? '').startsWith(String(prefix(item)));
  }
  const left = reader.operand();
  const operator = reader.take();
  const right = reader.operand();
  if (operator === 'BETWEEN') {
    reader.take('AND');
    const upper = reader.operand();
    return (item) => compare('>=', left(item), right(item)) && compare('<=', left(item), upper(item));
  }
  return (item) => compare(operator, left(item), right(item));
}

/** A comparison with what isn't there, or is of another type, is false; only `<>` holds then. */
function compare(operator: string, left: unknown, right: unknown): boolean {
  if (operator === '<>') return left !== right;
  if (left === undefined || typeof left !== typeof right) return false;
  if (operator === '=') return isDeepStrictEqual(left, right);
  if (!(typeof left === 'number' || typeof left === 'string')) throw new Error(`can't compare a ${typeof left}`);
  const difference = left === right ? 0 : left < (right as typeof left) ? -1 : 1;
  switch (operator) {
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
    default:
      throw new Error(`the operator ${operator} is not known`);
  }
}

/** The item after the update; the one given stays as it is. All operands are of the item as it was. */
export function updated(expression: string, placeholders: Placeholders, before: Item): Item {
  const reader = new Reader(expression, placeholders);
  const after: Item = { ...before };
  for (let clause = reader.take(); ; clause = reader.take()) {
    do {
      const path = reader.path();
      if (clause === 'SET') {
        reader.take('=');
        write(after, path, reader.operand()(before));
      } else if (clause === 'REMOVE') {
        write(after, path, undefined);
      } else if (clause === 'ADD') {
        write(after, path, Number(valueAt(before, path) ?? 0) + Number(reader.operand()(before)));
      } else throw new Error(`the clause ${clause} is not known`);
    } while (reader.takeIf(','));
    if (reader.peek() === undefined) return after;
  }
}

function write(item: Item, path: Path, value: unknown): void {
  let parent = item;
  for (const part of path.slice(0, -1)) {
    const inner = parent[part];
    if (typeof inner !== 'object' || inner === null) throw new Error(`there is no ${part} to write ${path.join('.')}`);
    parent = parent[part] = { ...inner } as Item;
  }
  const name = path.at(-1) ?? '';
  if (value === undefined) Reflect.deleteProperty(parent, name);
  else Object.defineProperty(parent, name, { value, enumerable: true, writable: true, configurable: true });
}
