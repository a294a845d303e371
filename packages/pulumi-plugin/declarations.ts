/**
 * The types of a packed SDK, from the same definitions that the plugin obeys: what an editor shows of a property is what
 * the plugin checks, and a program that uses the package needs none of what the definitions are written with.
 */
import type { Provider, Resource } from "./define";
import type { ProviderFunction } from "./functions";
import type { Properties, Property, PropertyType } from "./properties";

/** What a program passes (every value at every depth may be an output), or what it gets. */
type Side = "args" | "result";

/** The text of `index.d.ts`; a provider without settings has no class `Provider`, as in its `index.ts`. */
export function declarationsOf<S>(provider: Provider<S>): string {
  const { config, resources, functions = [] } = provider;
  const settings = Object.values(config);
  const objects = new Map<string, string>();
  const gather = (properties: Properties, side: Side): void => {
    for (const { type } of Object.values(properties)) objectsIn(type, side, objects);
  };
  for (const { inputs, outputs } of resources) {
    gather(inputs, "args");
    gather({ ...inputs, ...outputs }, "result");
  }
  for (const { inputs, outputs } of functions) {
    gather(inputs, "args");
    gather(outputs, "result");
  }
  return `${[
    `import * as pulumi from "@pulumi/pulumi";`,
    ...(settings.length === 0
      ? []
      : [
          interfaceOf("ProviderArgs", config, "args"),
          `${comment(provider.description)}export declare class Provider extends pulumi.ProviderResource {\n  constructor(name: string, args${settings.some(({ required }) => required) ? "" : "?"}: ProviderArgs, opts?: pulumi.ResourceOptions);\n}`,
        ]),
    ...resources.flatMap((resource) => [
      interfaceOf(`${resource.name}Args`, resource.inputs, "args"),
      classOf(resource),
    ]),
    ...functions.flatMap(functionOf),
    ...objects.values(),
  ].join("\n\n")}\n`;
}

function classOf<S>({ name, description, example, inputs, outputs }: Resource<S>): string {
  const members = Object.entries({ ...inputs, ...outputs }).map(
    ([key, property]) =>
      `${comment(textOf(property), "  ")}  readonly ${key}: pulumi.Output<${resultType(property)}>;`,
  );
  return [
    `${comment(withExample(description, example))}export declare class ${name} extends pulumi.CustomResource {`,
    "  /** Type token: `package:index:Name`. */",
    "  static readonly token: string;",
    "  /** Whether a value is a resource of this type, even one that another copy of this package made. */",
    `  static isInstance(value: unknown): value is ${name};`,
    ...members,
    `  constructor(name: string, args: ${name}Args, opts?: pulumi.CustomResourceOptions);`,
    "}",
  ].join("\n");
}

function functionOf<S>({ name, description, example, inputs, outputs }: ProviderFunction<S>): string[] {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  return [
    interfaceOf(`${type}Args`, inputs, "args"),
    interfaceOf(`${type}Result`, outputs, "result"),
    `${comment(withExample(description, example))}export declare function ${name}(args: ${type}Args, opts?: pulumi.InvokeOutputOptions): pulumi.Output<${type}Result>;`,
  ];
}

/** Adds the interfaces of the objects that a type is made of; one name is one object. */
function objectsIn(type: PropertyType, side: Side, into: Map<string, string>): void {
  if (type.kind === "list") objectsIn(type.items, side, into);
  if (type.kind !== "object") return;
  const name = nameOf(type.name, side);
  if (into.has(name)) return;
  into.set(name, interfaceOf(name, type.properties, side));
  for (const property of Object.values(type.properties)) objectsIn(property.type, side, into);
}

function interfaceOf(name: string, properties: Properties, side: Side): string {
  const members = Object.entries(properties).map(([key, property]) => {
    const { required, defaultValue, type } = property;
    const absent = side === "args" ? !required : !required && defaultValue === undefined;
    const text = side === "args" ? inputType(type, absent) : typeText(type, side);
    return `${comment(textOf(property), "  ")}  readonly ${key}${absent ? "?" : ""}: ${text};`;
  });
  return [`export interface ${name} {`, ...members, "}"].join("\n");
}

const inputType = (type: PropertyType, absent = false): string =>
  `pulumi.Input<${typeText(type, "args")}${absent ? " | undefined" : ""}>`;

function resultType({ type, required, defaultValue }: Property): string {
  const text = typeText(type, "result");
  return required || defaultValue !== undefined ? text : `${text} | undefined`;
}

function typeText(type: PropertyType, side: Side): string {
  switch (type.kind) {
    case "enum":
      return type.values.map((value) => JSON.stringify(value)).join(" | ");
    case "list": {
      if (side === "args") return `readonly ${inputType(type.items)}[]`;
      const items = typeText(type.items, side);
      return type.items.kind === "enum" ? `(${items})[]` : `${items}[]`;
    }
    case "object":
      return nameOf(type.name, side);
    case "integer":
    case "number":
      return "number";
    case "boolean":
    case "string":
      return type.kind;
  }
}

const nameOf = (name: string, side: Side): string => (side === "args" ? `${name}Args` : name);

function textOf({ description, defaultValue, secret }: Property): string {
  const preset = defaultValue === undefined || description.includes("Default:");
  return [
    description,
    ...(preset ? [] : [`Default: \`${JSON.stringify(defaultValue)}\`.`]),
    ...(secret === true ? ["Secret."] : []),
  ].join(" ");
}

function withExample(description: string, example: string | undefined): string {
  return example === undefined ? description : `${description}\n\n@example\n${example}`;
}

function comment(text: string, indent = ""): string {
  const lines = text.replaceAll("*/", "*\\/").split("\n");
  if (lines.length === 1) return `${indent}/** ${lines[0] ?? ""} */\n`;
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */\n`].join(
    "\n",
  );
}
