/** The page of the environment variables, from their table. */
import { variable, variables, type Variable, type VariableKind } from "../access/environment";
import { table } from "./markdown";

const inCode = (text: string) => `\`${text}\``;

const parts: Readonly<Record<VariableKind, readonly [title: string, about: string]>> = {
  credential: [
    "Credentials of the program",
    `The stack's name before a credential makes it that stack's alone, in every command: ${inCode(`PROD_${variable.keycloakClientSecret}`)} goes before ${inCode(variable.keycloakClientSecret)} for the stack ${inCode("prod")}, and no other stack sees it. A secret without a name before it is that of every stack that has none of its own; where those are on two servers, it is refused ([what to do](../guide/settings.md#credentials)). The stack ${inCode("local")} has credentials of its own, and never those of the shell. Each is one line without blanks at its ends, or is refused by its name ([why](../guide/settings.md#credentials)).`,
  ],
  setting: [
    "Settings of a machine",
    "What differs from machine to machine; everything else stands in files.",
  ],
  network: ["Network", "See [the guide](../guide/networks.md)."],
  trail: ["Audit trail and alerts", "See [the guide](../guide/audit.md)."],
  run: [
    "Between a command and the run that it starts",
    "A command sets these for the engine, the program and the guardrails. Nobody else has to.",
  ],
  step: [
    "What Bitbucket Pipelines says of a step",
    "Bitbucket sets these itself ([its list](https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/)).",
  ],
  runner: [
    "The runner repository",
    "Read by the scripts in [`pipelines/`](../../pipelines); see [the guide](../guide/pull-requests.md).",
  ],
  pipeline: [
    "What a deploying step finds",
    "The program declares these as variables of the deployment environments; see [the guide](../guide/keyless.md).",
  ],
  test: ["Tests and benches", ""],
};

/** @returns docs/reference/environment.md */
export function environmentPage(): string {
  const sections = Object.entries(parts).map(([kind, [title, about]]) =>
    [
      `## ${title}`,
      ...(about === "" ? [] : [about]),
      table(
        ["variable", "meaning", "shape", "without it", "set by", "read by"],
        variables.filter((one) => one.kind === kind).map(rowOf),
      ),
    ].join("\n\n"),
  );
  return `${[
    "# Environment variables",
    "Generated from `access/environment.ts` by `npm run docs`. Beside these, Pulumi reads its own (`PULUMI_BACKEND_URL`, `PULUMI_CONFIG_PASSPHRASE` and [others](https://www.pulumi.com/docs/iac/cli/environment-variables/)). A secret is masked by nobody but whoever keeps it: set it as a secured variable of a pipeline, never in a file of the repository.",
    ...sections,
  ].join("\n\n")}\n`;
}

function rowOf({ name, meaning, shape, byDefault = "–", secret, setBy, readBy }: Variable): string[] {
  const setters = setBy.map((one) => (one === "Bitbucket" ? one : `a ${one}`)).join(", ");
  const readers = readBy.map((one) => (one.includes(" ") ? one : `\`${one}\``)).join(", ");
  return [`\`${name}\``, meaning, `${shape}${secret ? " (secret)" : ""}`, byDefault, setters, readers];
}
