/**
 * What is in the tarball of a provider: the SDK as one file with its types, and in `plugin/` the plugin, whose executable
 * needs nothing but Node. (Only Pulumi's own runner of plugins that are folders needs its SDK beside it.) Nothing in it
 * needs this checkout.
 */
import { declarationsOf } from "@bitbucket-keycloak/pulumi-plugin/declarations";
import type { Provider } from "@bitbucket-keycloak/pulumi-plugin/define";
import { pagesOf } from "@bitbucket-keycloak/pulumi-plugin/pages";
import { schemaOf } from "@bitbucket-keycloak/pulumi-plugin/schema";
import { bundle } from "./bundle";
import { commonFiles, declared, json, manifestOf, type Files } from "./files";

/** A package of the checkout that holds a provider. */
export interface ProviderSource<S = never> {
  /** From the root of the checkout. */
  readonly folder: string;
  readonly provider: Provider<S>;
  /** Modules without resources that its `index.ts` exports, too: their names, and what is exported. */
  readonly also?: Readonly<Record<string, readonly string[]>>;
}

/** What users of a package install themselves, so that there is one copy of it in their programs. */
const shared = ["@pulumi/pulumi"];

/** What is in the tarball of a provider. */
export function providerFiles<S>({ folder, provider, also = {} }: ProviderSource<S>): Files {
  const executable = `pulumi-resource-${provider.name}`;
  const sdk = bundle(`${folder}/index.ts`, shared);
  const plugin = bundle(`${folder}/plugin.ts`, []);
  const { version, dependencies, pulumi } = manifestOf(folder);
  const sharedWith = Object.fromEntries(shared.map((one) => [one, dependencies[one]]));
  const own = {
    keywords: ["pulumi", "kind/native", "category/infrastructure"],
    bin: { [executable]: `plugin/${executable}` },
    dependencies: sharedWith,
    pulumi: { ...pulumi, version },
  };
  return new Map([
    ...commonFiles(folder, own, [...new Set([...sdk.contains, ...plugin.contains])].sort()),
    ["index.js", sdk.text],
    ["index.d.ts", declarationsOf(provider) + reExports(also)],
    ...Object.keys(also).map((module) => [`${module}.d.ts`, declared(`${folder}/${module}.ts`)] as const),
    ["schema.json", json(schemaOf(provider))],
    ...[...pagesOf(provider)].map(([page, text]) => [`docs/${page}`, text] as const),
    ["plugin/PulumiPlugin.yaml", "runtime: nodejs\n"],
    [
      "plugin/package.json",
      json({ name: executable, version, private: true, main: "plugin.js", dependencies: sharedWith }),
    ],
    ["plugin/plugin.js", plugin.text],
    [`plugin/${executable}`, launcher(executable)],
  ]);
}

/** Node finds the file that a link leads to by itself. */
const launcher = (name: string): string => `#!/usr/bin/env node
const [major] = process.versions.node.split(".");
if (Number(major) < 22) {
  console.error("${name}: found Node " + process.versions.node + " on PATH; Node 22 or later is needed");
  process.exit(1);
}
require("./plugin.js");
`;

const reExports = (also: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(also)
    .map(([module, names]) => `\nexport { ${names.join(", ")} } from "./${module}";\n`)
    .join("");
