/** The allowed methods of a path, by the OpenAPI document; none if the path does not exist. */
export function allowedMethods(paths: Readonly<Record<string, object>>, path: string): string[] {
  const template = Object.keys(paths).find((candidate) => matches(candidate, path));
  if (template === undefined) return [];
  return operationsOf(paths[template] ?? {}).map(([method]) => method.toUpperCase());
}

/** Operations by method. The other fields of a path item apply to all of them. */
export const operationsOf = (pathItem: object): [string, unknown][] =>
  Object.entries(pathItem).filter(([field]) => field !== 'parameters');

function matches(template: string, path: string): boolean {
  const expected = template.split('/');
  const actual = path.split('/');
  return (
    expected.length === actual.length &&
    expected.every((part, index) => (part.startsWith('{') ? actual[index] !== '' : part === actual[index]))
  );
}
