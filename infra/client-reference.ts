/** What the client's sources say of its public classes: signatures, docstrings and examples. */
import ts from 'typescript';

interface Documented {
  readonly name: string;
  /** As in the source, without a body. */
  readonly signature: string;
  readonly text: string;
  readonly examples: readonly string[];
}

export interface ReferenceClass extends Documented {
  /** Like `muster.syncPoints`, if it is reached by one. */
  readonly path: string | undefined;
  readonly members: readonly Documented[];
}

const INDEX = 'client/src/index.ts';

/** The client, what its properties lead to, and then whatever else is exported, in that order. */
export function readReference(): ReferenceClass[] {
  const { config } = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file)) as { readonly config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [INDEX], include: [] }, ts.sys, '.');
  const program = ts.createProgram([INDEX], options);
  const checker = program.getTypeChecker();
  const index = program.getSourceFile(INDEX);
  const module = index && checker.getSymbolAtLocation(index);
  if (!module) throw new Error(`${INDEX} exports nothing.`);
  const exported = checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));

  const paths = new Map<ts.Symbol, string | undefined>();
  const muster = exported.find(({ name }) => name === 'Muster');
  if (!muster) throw new Error(`${INDEX} doesn't export Muster.`);
  paths.set(muster, 'muster');
  for (const property of checker.getDeclaredTypeOfSymbol(muster).getProperties()) {
    const type = checker.getTypeOfSymbol(property);
    if (property.valueDeclaration && ts.isPropertyDeclaration(property.valueDeclaration) && type.isClass()) {
      paths.set(type.symbol, `muster.${property.name}`);
    }
  }
  for (const symbol of exported) if (!paths.has(symbol)) paths.set(symbol, undefined);

  return [...paths].flatMap(([symbol, path]) =>
    (symbol.declarations ?? []).flatMap((declaration) => {
      const isReference = ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration);
      if (!isReference) return [];
      if (isGenerated(declaration)) return isRequest(declaration) ? [request(declaration)] : [];
      const members = [...declaration.members].filter(isPublic).map(documented);
      return [{ ...documented(declaration), path, members }];
    }),
  );
}

const isGenerated = (node: ts.Node): boolean => node.getSourceFile().fileName.includes('/generated/');

/** Responses are shown by editors, and by openapi.json. */
const isRequest = (node: ts.ClassDeclaration | ts.InterfaceDeclaration): boolean =>
  node.getSourceFile().text.includes(`    body: ${node.name?.text ?? ''};`);

const request = (node: ts.ClassDeclaration | ts.InterfaceDeclaration): ReferenceClass => ({
  name: node.name?.text ?? '',
  signature: node.getText().replace(/^export /, ''),
  text: 'The fields of a request.',
  examples: [],
  path: undefined,
  members: [],
});

const isPublic = (member: ts.ClassElement | ts.TypeElement): boolean =>
  member.name !== undefined &&
  !ts.isPrivateIdentifier(member.name) &&
  !ts.isComputedPropertyName(member.name) &&
  // Two forms of a method are described at each form; what they have in common is its body.
  !(ts.isMethodDeclaration(member) && hasOverloads(member)) &&
  !(ts.canHaveModifiers(member) && ts.getModifiers(member)?.some(({ kind }) => HIDDEN.has(kind)));

const HIDDEN: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.StaticKeyword,
  ts.SyntaxKind.OverrideKeyword,
  ts.SyntaxKind.PrivateKeyword,
]);

const hasOverloads = (method: ts.MethodDeclaration): boolean =>
  method.body !== undefined &&
  ts.isClassLike(method.parent) &&
  method.parent.members.filter(({ name }) => name?.getText() === method.name.getText()).length > 1;

function documented(node: ts.Node & { readonly name?: ts.Node | undefined }): Documented {
  const comments = ts.getJSDocCommentsAndTags(node).filter((comment) => ts.isJSDoc(comment));
  const tags = comments.flatMap(({ tags = [] }) => [...tags]);
  const textOf = ({ comment }: { readonly comment?: string | ts.NodeArray<ts.JSDocComment> | undefined }): string =>
    ts.getTextOfJSDocComment(comment)?.trim() ?? '';
  const rest = tags.filter(({ tagName }) => tagName.text === 'throws').map((tag) => `Throws ${textOf(tag)}.`);
  return {
    name: node.name?.getText() ?? '',
    signature: signatureOf(node),
    text: [...comments.map(textOf), ...rest].filter((text) => text !== '').join('\n\n'),
    examples: tags.filter(({ tagName }) => tagName.text === 'example').map(textOf),
  };
}

function signatureOf(node: ts.Node): string {
  const text = node.getText();
  if (ts.isMethodDeclaration(node)) {
    return node.body ? text.slice(0, node.body.getStart() - node.getStart()).trim() : text.replace(/;$/, '');
  }
  return ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)
    ? text.slice(0, text.indexOf('{')).trim()
    : text.replace(/;$/, '');
}
