/**
 * The package's schema, as `GetSchema` gives it: what SDKs, documentation and editors of other languages are made
 * from (https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/).
 */
import type { Provider, Resource } from "./define";
import type { ProviderFunction } from "./functions";
import type { Properties, Property, PropertyType } from "./properties";

interface TypeSpec {
  readonly type?: string;
  readonly items?: TypeSpec;
  readonly $ref?: string;
}
interface PropertySpec extends TypeSpec {
  readonly description: string;
  readonly default?: unknown;
  readonly secret?: true;
  readonly replaceOnChanges?: true;
}
type Types = Record<string, object>;

/** The schema of a package, as plain data; the same definitions give the same text. */
export function schemaOf<S>(provider: Provider<S>): object {
  const types: Types = {};
  const { functions = [] } = provider;
  const config = specs(provider.name, provider.config, types);
  const resources = Object.fromEntries(
    provider.resources.map((resource) => [resource.token, resourceSpec(provider.name, resource, types)]),
  );
  return {
    name: provider.name,
    version: provider.version,
    displayName: provider.displayName,
    description: provider.description,
    // SDKs that are made from it have its version.
    language: {
      nodejs: { respectSchemaVersion: true },
      python: { respectSchemaVersion: true, pyproject: { enabled: true } },
    },
    config: { variables: config },
    provider: { description: provider.description, inputProperties: config },
    types,
    resources,
    ...(functions.length > 0 && {
      functions: Object.fromEntries(
        functions.map((each) => [each.token, functionSpec(provider.name, each, types)]),
      ),
    }),
  };
}

function functionSpec<S>(packageName: string, each: ProviderFunction<S>, types: Types): object {
  const shape = (properties: Properties) => ({
    properties: specs(packageName, properties, types),
    required: required(properties),
  });
  return { description: described(each), inputs: shape(each.inputs), outputs: shape(each.outputs) };
}

function resourceSpec<S>(packageName: string, resource: Resource<S>, types: Types): object {
  const inputs = specs(packageName, resource.inputs, types);
  const outputs = specs(packageName, resource.outputs, types);
  const present = Object.entries(resource.inputs).filter(
    ([, input]) => input.required || input.defaultValue !== undefined,
  );
  const given = Object.entries(resource.outputs).filter(([, output]) => output.required);
  return {
    description: `${described(resource)}\n\n## Import\n\nBy \`${resource.importId}\`:\n\n\`\`\`sh\n$ pulumi import ${resource.token} <name> '${resource.importId}'\n\`\`\``,
    inputProperties: inputs,
    requiredInputs: required(resource.inputs),
    properties: { ...inputs, ...outputs },
    required: [...present, ...given].map(([name]) => name),
  };
}

/** With its example, in the form that Pulumi's generators pick the language from. */
function described({
  description,
  example,
}: {
  readonly description: string;
  readonly example?: string | undefined;
}): string {
  if (example === undefined) return description;
  const code = `\`\`\`typescript\n${example}\n\`\`\``;
  return [
    description,
    "{{% examples %}}\n## Example Usage\n\n{{% example %}}",
    code,
    "{{% /example %}}\n{{% /examples %}}",
  ].join("\n\n");
}

function specs(packageName: string, properties: Properties, types: Types): Record<string, PropertySpec> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, propertySpec(packageName, property, types)]),
  );
}

function propertySpec(packageName: string, property: Property, types: Types): PropertySpec {
  const { defaultValue } = property;
  return {
    ...typeSpec(packageName, property.type, types),
    description: describe(property),
    // The schema allows only single values as defaults; an empty list is what "left out" means anyway.
    ...(typeof defaultValue !== "object" && defaultValue !== undefined && { default: defaultValue }),
    // Where the object that holds it decides, SDKs of other languages had better hide it than not.
    ...(property.secret !== false && { secret: true as const }),
    ...(property.replaceOnChanges && { replaceOnChanges: true as const }),
  };
}

function describe(property: Property): string {
  const type = property.type.kind === "list" ? property.type.items : property.type;
  const values = type.kind === "enum" ? ` One of: ${type.values.join(", ")}.` : "";
  return property.description + values;
}

function typeSpec(packageName: string, type: PropertyType, types: Types): TypeSpec {
  switch (type.kind) {
    case "enum":
      return { type: "string" };
    case "list":
      return { type: "array", items: typeSpec(packageName, type.items, types) };
    case "object": {
      const token = `${packageName}:index:${type.name}`;
      types[token] = {
        type: "object",
        properties: specs(packageName, type.properties, types),
        required: required(type.properties),
      };
      return { $ref: `#/types/${token}` };
    }
    case "boolean":
    case "integer":
    case "number":
    case "string":
      return { type: type.kind };
  }
}

function required(properties: Properties): string[] {
  return Object.entries(properties)
    .filter(([, property]) => property.required)
    .map(([name]) => name);
}
