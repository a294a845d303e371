/**
 * The documentation of a package, a page for each resource and function, from the same definitions that the plugin
 * obeys: what it says about a property cannot be out of date.
 */
import type { Provider, Resource } from "./define";
import type { ProviderFunction } from "./functions";
import type { Properties, Property, PropertyType } from "./properties";

/** Inputs of a resource, arguments of a function, or what either gives. */
type Use = "given" | "asked" | "found";

/** Markdown pages by file name: one for each resource and function, and `README.md` that lists them. */
export function pagesOf<S>(provider: Provider<S>): ReadonlyMap<string, string> {
  const { resources, functions = [] } = provider;
  return new Map([
    ["README.md", overview(provider)],
    ...resources.map((each) => [`${each.name}.md`, resourcePage(each)] as const),
    ...functions.map((each) => [`${each.name}.md`, functionPage(each)] as const),
  ]);
}

function overview<S>({
  name,
  displayName,
  description,
  config,
  resources,
  functions = [],
}: Provider<S>): string {
  const line = (each: { name: string; description: string }) =>
    `- [${each.name}](${each.name}.md): ${firstSentence(each.description)}`;
  return page([
    `# @pulumi/${name}: ${displayName}`,
    description,
    "## Configuration",
    table(config, "given"),
    "## Resources",
    resources.map(line).join("\n"),
    ...(functions.length === 0
      ? []
      : ["## Functions", "A function asks in each preview, too.", functions.map(line).join("\n")]),
  ]);
}

function resourcePage<S>(resource: Resource<S>): string {
  return page([
    `# ${resource.name}`,
    resource.description,
    ...example(resource.example),
    "## Inputs",
    table(resource.inputs, "given"),
    "## Outputs",
    ...(Object.keys(resource.outputs).length === 0
      ? ["Every input."]
      : ["Every input, and:", table(resource.outputs, "found")]),
    ...types(resource.inputs, "given"),
    ...types(resource.outputs, "found"),
    "## Import",
    `By \`${resource.importId}\`:`,
    code("bash", `pulumi import ${resource.token} <name> '${resource.importId}' --generate-code=false`),
  ]);
}

function functionPage<S>(each: ProviderFunction<S>): string {
  return page([
    `# ${each.name}`,
    each.description,
    ...example(each.example),
    "## Arguments",
    table(each.inputs, "asked"),
    "## Result",
    table(each.outputs, "found"),
    ...types(each.inputs, "asked"),
    ...types(each.outputs, "found"),
  ]);
}

function example(text: string | undefined): string[] {
  return text === undefined ? [] : ["## Example", code("ts", text)];
}

/** The objects that the properties are made of, each once, in the order of their use. */
function types(properties: Properties, use: Use): string[] {
  const found = new Map<string, Properties>();
  const collect = (type: PropertyType): void => {
    if (type.kind === "list") collect(type.items);
    if (type.kind !== "object" || found.has(type.name)) return;
    found.set(type.name, type.properties);
    for (const property of Object.values(type.properties)) collect(property.type);
  };
  for (const property of Object.values(properties)) collect(property.type);
  return [...found].flatMap(([name, inner]) => [`## ${name}`, table(inner, use)]);
}

function table(properties: Properties, use: Use): string {
  const rows = Object.entries(properties).map(
    ([name, property]) => `| \`${name}\` | ${typeText(property.type)} | ${textOf(property, use)} |`,
  );
  return ["| property | type | meaning |", "|---|---|---|", ...rows].join("\n");
}

function textOf(property: Property, use: Use): string {
  const { description, required, defaultValue, secret, replaceOnChanges } = property;
  const parts = [
    ...(use !== "found" && required ? ["Required."] : []),
    description,
    ...(defaultValue === undefined || description.includes("Default:")
      ? []
      : [`Default: \`${JSON.stringify(defaultValue)}\`.`]),
    ...(secret === true ? ["Secret."] : []),
    ...(use === "given" && replaceOnChanges ? ["Another value makes a new resource."] : []),
  ];
  return parts.join(" ").replaceAll("|", "\\|").replaceAll("\n", " ");
}

function typeText(type: PropertyType): string {
  switch (type.kind) {
    case "enum":
      return type.values.map((value) => `\`${value}\``).join(", ");
    case "list":
      return `list of ${typeText(type.items)}`;
    case "object":
      return `[${type.name}](#${type.name.toLowerCase()})`;
    case "boolean":
      return "true or false";
    case "string":
      return "text";
    case "integer":
    case "number":
      return type.kind === "integer" ? "whole number" : "number";
  }
}

function firstSentence(text: string): string {
  return /^.*?[.](?= |$)/.exec(text)?.[0] ?? text;
}

function code(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function page(parts: readonly string[]): string {
  return `${parts.join("\n\n")}\n`;
}
