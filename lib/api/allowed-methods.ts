/** Methods that a path takes, by the OpenAPI document; none: there is no such path. */
export function allowedMethods(paths: Readonly<Record<string, object>>, path: string): string[] {
  const template = Object.keys(paths).find((candidate) => matches(candidate, path));
  if (template === undefined) return [];
  return Object.keys(paths[template] ?? {}).map((method) => method.toUpperCase());
}

function matches(template: string, path: string): boolean {
  const expected = template.split('/');
  const actual = path.split('/');
  return (
    expected.length === actual.length &&
    expected.every((part, index) => (part.startsWith('{') ? actual[index] !== '' : part === actual[index]))
  );
}
