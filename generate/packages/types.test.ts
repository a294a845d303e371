/** The types of a packed SDK against those of its source: whoever writes a program must not see a difference. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { declarationsOf } from "@bitbucket-keycloak/pulumi-plugin/declarations";
import { bitbucket } from "@pulumi/bitbucket/provider";
import { root } from "../../toolchain/places";

const parent = join(root, ".local/types");
let folder: string;

beforeAll(() => {
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, "packed-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Says of each class and function whether it takes and gives the same; what it says is the type of `found`. */
const check = (packed: string): string => `import type * as source from "@pulumi/bitbucket";
import type * as packed from "./${packed}";
type Source = typeof source;
type Packed = typeof packed;
type Args<T> = T extends abstract new (name: string, args: infer A, ...rest: never[]) => unknown
  ? A
  : T extends (args: infer A, ...rest: never[]) => unknown ? A : "neither";
type Result<T> = T extends abstract new (...args: never[]) => infer R
  ? R
  : T extends (...args: never[]) => infer R ? R : "neither";
type Takes<A, B, Name> = [A] extends [B] ? ([B] extends [A] ? true : [Name, "takes more"]) : [Name, "takes less"];
type Gives<A, B, Name> = [A] extends [B] ? true : [Name, "gives another"];
type Names = keyof Source | keyof Packed;
type Each = {
  [N in Names]: N extends keyof Source
    ? N extends keyof Packed
      ? Takes<Args<Source[N]>, Args<Packed[N]>, N> | Gives<Result<Packed[N]>, Result<Source[N]>, N>
      : [N, "is not packed"]
    : [N, "has no source"];
};
declare const found: Each[Names];
export const right: true = found;
`;

/** What TypeScript says about each of these declarations beside their source. */
function problemsOf(declarations: Readonly<Record<string, string>>): string[] {
  for (const [name, text] of Object.entries(declarations)) {
    writeFileSync(join(folder, `${name}.d.ts`), text);
    writeFileSync(join(folder, `${name}Check.ts`), check(name));
  }
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram(
    Object.keys(declarations).map((name) => join(folder, `${name}Check.ts`)),
    { ...options, noErrorTruncation: true },
  );
  return Object.keys(declarations).map((name) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(join(folder, `${name}Check.ts`)))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n").split("\n")[0])
      .join("\n"),
  );
}

test("every class and function takes and gives what its source does; a difference would be seen", () => {
  const right = declarationsOf(bitbucket);
  const wrong = right
    .replace("readonly slug: pulumi.Output<string>", "readonly slug: pulumi.Output<number>")
    .replace("readonly name: pulumi.Input<string>;", "")
    .replace("export declare class WorkspaceHook ", "declare class WorkspaceHook ");
  const none = "export {};\n";
  expect(problemsOf({ right, wrong: `${wrong}${none}` })).toEqual([
    "",
    `Type 'true | ["Group", "takes more"] | ["Group", "gives another"] | ["WorkspaceHook", "is not packed"]' is not assignable to type 'true'.`,
  ]);
}, 120_000);
