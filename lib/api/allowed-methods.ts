/** Methods that a path takes, by the OpenAPI document; none: there is no such path. */
export function allowedMethods(paths: Readonly<Record<string, object>>, path: string): string[] {
  const template = Object.keys(paths).find((candidate) => matches(candidate, path));
  if (template === undefined) return [];
  // The other fields of a path item hold for all of its methods.
  const methods = Object.keys(paths[template] ?? {}).filter((field) => field !== 'parameters');
  return methods.map((method) => method.toUpperCase());
}

function matches(template: string, path: string): boolean {
  const expected = template.split('/');
  const actual = path.split('/');
  return (
    expected.length === actual.length &&
    expected.every((part, index) => (part.startsWith('{') ? actual[index] !== '' : part === actual[index]))
  );
}
