/**
 * How the official Node language host starts a program, a plugin and a policy pack, as a table: `<…>` is what the engine or
 * Pulumi.yaml says, `<sdk>` is `@pulumi/pulumi` as found from the folder of the program, plugin or pack. An empty one is left out
 * together with its flag. commands.test.ts holds our host against it.
 *
 * Read in pulumi/pulumi at 1b5949891b (August 2026), sdk/nodejs/cmd/pulumi-language-nodejs/main.go: `execRuntime`,
 * `constructArguments` and `constructConfig` for a program, `RunPlugin` for plugins and packs. Left out on purpose are `--sync` (pipes
 * for SDKs of before 2019), `--tracing`, the debugger, and TRACEPARENT.
 */
export interface Started {
  /** Working directory. */
  readonly cwd: string;
  /** After `node`, with a blank between any two. */
  readonly args: string;
  /** Whose variables it inherits. */
  readonly inherits: "host" | "engine";
  /** Variables over those. */
  readonly env: Readonly<Record<string, string>>;
}

const typescript = { PULUMI_NODEJS_TYPESCRIPT: "true", PULUMI_NODEJS_TSCONFIG_PATH: "<tsconfig>" };

export const official = {
  program: {
    cwd: "<pwd>",
    args:
      "<nodeargs> <sdk>/cmd/run --monitor <monitor> --engine <engine> --organization <organization> " +
      "--project <project> --root-directory <root> --stack <stack> --pwd <program> --dry-run --parallel 4 <entry> <args>",
    inherits: "host",
    env: {
      PULUMI_CONFIG: '{"<namespace>:config:<key>":"<value>"}',
      PULUMI_CONFIG_SECRET_KEYS: '["<namespace>:<key>"]',
      ...typescript,
    },
  },
  // Options of Node stand after the script, and so reach the script and not Node: a plugin has none.
  plugin: {
    cwd: "<pwd>",
    args: "<sdk>/cmd/run-plugin <nodeargs> <plugin> <engine>",
    inherits: "engine",
    env: typescript,
  },
  pack: {
    cwd: "<pack>",
    args: "<sdk>/cmd/run-policy-pack <nodeargs> <engine> <pack>",
    inherits: "engine",
    env: {
      ...typescript,
      PULUMI_NODEJS_ORGANIZATION: "<organization>",
      PULUMI_NODEJS_PROJECT: "<project>",
      PULUMI_NODEJS_STACK: "<stack>",
      PULUMI_NODEJS_DRY_RUN: "true",
      PULUMI_CONFIG: '{"<namespace>:<key>":"<value>"}',
    },
  },
} as const satisfies Readonly<Record<string, Started>>;
