/**
 * `npm test`, `npm run test:unit`, `npm run test:e2e`: everything that the tests need, then the tests. Unit tests
 * need no server and no toolchain.
 */
import { join } from "node:path";
import { ensureToolchain } from "../../toolchain/build";
import { root } from "../../toolchain/places";
import { foreground } from "../../toolchain/processes";
import { command } from "../frame/spec";

const kinds = ["unit", "e2e"] as const;
type Kind = (typeof kinds)[number];

export const test = command({
  name: "test",
  summary: "runs the tests: all, or those of one kind (unit, e2e); takes Jest's own arguments",
  argument: ["[arguments...]", "unit or e2e, then arguments of Jest"],
  formats: [],
  notes: "The exit code is that of Jest: 0 where all tests passed.",
  passThrough: true,
  run: async ({ argument }) => {
    const { kind, rest } = kindOf(argument);
    if (kind !== "unit") await ensureToolchain({ keycloak: "plain" });
    return { code: await foreground(process.execPath, jestArguments(kind, rest), process.env) };
  },
});

/** Which of the two projects of Jest to run; undefined: both. */
export function kindOf(args: readonly string[]): {
  readonly kind: Kind | undefined;
  readonly rest: readonly string[];
} {
  const kind = kinds.find((name) => name === args[0]);
  return { kind, rest: kind === undefined ? args : args.slice(1) };
}

/** Arguments of Node that run Jest. */
export function jestArguments(kind: Kind | undefined, rest: readonly string[]): string[] {
  return [
    // Some dependencies are ECMAScript modules, which Jest loads by an interface that Node calls experimental.
    "--experimental-vm-modules",
    "--disable-warning=ExperimentalWarning",
    join(root, "node_modules/jest/bin/jest.js"),
    ...rest,
    // Last, because it takes every word that follows it for a project.
    ...(kind === undefined ? [] : ["--selectProjects", kind]),
  ];
}
