/** Resolves CloudFormation's intrinsic functions to their values on the laptop. */
import { LocalError } from '../local-error';
import { nameOf, attributeOf } from './local-names';
import { LOCAL_ACCOUNT, LOCAL_REGION, localArn, type Json, type Template } from './template';

/** Resolves every intrinsic function in a value; a property that resolves to AWS::NoValue is omitted. */
export type Resolve = (value: Json) => Json;

const NO_VALUE = Symbol('AWS::NoValue');
type Resolved = Json | typeof NO_VALUE;

export function createResolver(template: Template, stackName: string): Resolve {
  const pseudoParameters: Readonly<Record<string, Resolved>> = {
    'AWS::AccountId': LOCAL_ACCOUNT,
    'AWS::Region': LOCAL_REGION,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': localArn('cloudformation', `stack/${stackName}/local`),
    'AWS::NoValue': NO_VALUE,
  };

  function reference(name: string): Resolved {
    const pseudo = pseudoParameters[name];
    if (pseudo !== undefined) return pseudo;
    const parameter = template.Parameters?.[name];
    if (parameter !== undefined) {
      if (parameter.Default === undefined) throw new LocalError(`The template's parameter ${name} has no default.`);
      return parameter.Default;
    }
    return nameOf(template, stackName, name);
  }

  /** `Name`, or `Name.Attribute` as Fn::Sub writes it. */
  function referenceOrAttribute(expression: string): string {
    const [logicalId = '', ...attribute] = expression.split('.');
    if (attribute.length > 0) return attributeOf(template, stackName, logicalId, attribute.join('.'));
    return text(reference(expression), `Ref ${expression}`);
  }

  function substitute(argument: Json): string {
    const [pattern, variables] = Array.isArray(argument) ? (argument as readonly Json[]) : [argument];
    const own = asObject(variables ?? {});
    return asText(pattern ?? null, 'Fn::Sub').replace(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      const variable = own[name];
      return variable === undefined ? referenceOrAttribute(name) : text(resolve(variable), `Fn::Sub ${name}`);
    });
  }

  function list(value: Json | undefined, usedBy: string): readonly Json[] {
    const resolved = resolve(value ?? null);
    if (!Array.isArray(resolved)) throw new LocalError(`${usedBy} needs a list in the template.`);
    return resolved as readonly Json[];
  }

  const intrinsics: Readonly<Record<string, (argument: Json) => Resolved>> = {
    Ref: (argument) => reference(asText(argument, 'Ref')),
    'Fn::GetAtt': (argument) =>
      Array.isArray(argument)
        ? referenceOrAttribute((argument as readonly Json[]).map((part) => asText(part, 'Fn::GetAtt')).join('.'))
        : referenceOrAttribute(asText(argument, 'Fn::GetAtt')),
    'Fn::Sub': substitute,
    'Fn::Join': (argument) => {
      const [separator, parts] = argument as readonly Json[];
      const texts = list(parts, 'Fn::Join').map((part) => text(part, 'Fn::Join'));
      return texts.join(asText(separator ?? null, 'Fn::Join'));
    },
  };

  function resolve(value: Json): Resolved {
    if (Array.isArray(value)) {
      return (value as readonly Json[]).map(resolve).filter((item): item is Json => item !== NO_VALUE);
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && isIntrinsic(only[0])) {
      const intrinsic = intrinsics[only[0]];
      if (intrinsic === undefined) {
        throw new LocalError(`${only[0]} is not supported on a laptop: add it to laptop/template/resolve.ts.`);
      }
      return intrinsic(only[1]);
    }
    const resolved = entries.map(([key, item]): [string, Resolved] => [key, resolve(item)]);
    return Object.fromEntries(resolved.filter((entry): entry is [string, Json] => entry[1] !== NO_VALUE));
  }

  return (value) => {
    const resolved = resolve(value);
    return resolved === NO_VALUE ? null : resolved;
  };
}

function isIntrinsic(key: string): boolean {
  return key === 'Ref' || key === 'Condition' || key.startsWith('Fn::');
}

function asObject(value: Json): { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })
    : {};
}

function asText(value: Json, usedBy: string): string {
  return text(value, usedBy);
}

function text(value: Resolved, usedBy: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new LocalError(`${usedBy} needs text in the template, not ${JSON.stringify(value)}.`);
}
