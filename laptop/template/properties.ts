/** Typed access to a resource's resolved properties. A missing or mistyped property is an error that names it. */
import { LocalError } from '../local-error';
import type { Json } from './template';

export class Properties {
  readonly #values: { readonly [key: string]: Json };

  constructor(
    readonly owner: string,
    values: Json,
  ) {
    this.#values = isObject(values) ? values : {};
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw new LocalError(`${this.owner} has no ${name} in the template.`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    if (typeof value === 'object') throw new LocalError(`${name} of ${this.owner} must be text in the template.`);
    return String(value);
  }

  /** CloudFormation also accepts numbers and booleans as text. */
  number(name: string, otherwise: number): number {
    const value = this.optionalText(name);
    return value === undefined ? otherwise : Number(value);
  }

  boolean(name: string): boolean {
    return this.optionalText(name) === 'true';
  }

  object(name: string): Properties {
    return new Properties(`${this.owner}.${name}`, this.#values[name] ?? {});
  }

  list(name: string): readonly Json[] {
    const value = this.#values[name] ?? [];
    if (!Array.isArray(value)) throw new LocalError(`${name} of ${this.owner} must be a list in the template.`);
    return value as readonly Json[];
  }

  json(name: string): Json | undefined {
    return this.#values[name];
  }

  entries(): readonly (readonly [string, string])[] {
    return Object.keys(this.#values).map((name) => [name, this.text(name)] as const);
  }
}

export function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
