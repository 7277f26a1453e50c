/** The methods of a resource whose first parameter is an id, without that parameter. */
export type Handle<T> = {
  readonly [K in keyof T as HasId<T[K]> extends true ? K : never]: WithoutId<T[K]>;
};

type HasId<Method> = Method extends (first: infer First, ...rest: never[]) => unknown
  ? [First] extends [string]
    ? true
    : false
  : false;

type WithoutId<Method> = Method extends (id: string, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;

/** The methods of a resource that follow no id. */
const WITHOUT_ID = new Set(['constructor', 'create', 'list']);

/** Binds the methods of a resource to one id. */
export function bind<T extends object>(resource: T, id: string): Handle<T> {
  const methods = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(resource) as object))
    .filter(([name]) => !WITHOUT_ID.has(name))
    .map(([name, { value }]) => [name, (value as (...args: unknown[]) => unknown).bind(resource, id)]);
  return Object.fromEntries(methods) as Handle<T>;
}
