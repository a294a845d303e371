/** That each environment variable of ours is named in one place, and that what the table says of it is so. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { variable, variables } from "../access/environment";
import { root } from "../toolchain/places";

const files = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n");
const textOf = (file: string) => readFileSync(join(root, file), "utf8");
const names: ReadonlySet<string> = new Set(variables.map(({ name }) => name));

const isTest = (file: string) => /\.test\.ts$|^test\/|\/testing\//.test(file);
/** What Bitbucket gives a step, whether any of it is read here or not. */
const ofBitbucket = ["stepEnvironment.ts", "conformance/pipeline.ts"].map(
  (file) => `packages/bitbucket-emulator/${file}`,
);
const standAlone = files.filter(
  (file) =>
    /^(packages|pipelines|toolchain)\/.*\.(ts|mjs|cjs|sh|yml)$/.test(file) &&
    !isTest(file) &&
    !(file.startsWith("toolchain/") && file.endsWith(".ts")) &&
    !ofBitbucket.includes(file),
);
const typescript = files.filter(
  (file) => /\.ts$/.test(file) && !isTest(file) && !/^(packages|examples)\//.test(file),
);
const ours = typescript.filter((file) => file !== "access/environment.ts");

/** Words of capitals in the code of a file, its comments left out. */
function capitalsIn(file: string): string[] {
  const text = textOf(file);
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node))
      found.push(...(node.text.match(/\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)*\b/g) ?? []));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Which of our names could stand in a text: those that only look so are parsed. */
const shape = /\b(BITBUCKET|KEYCLOAK|ACCESS|AUDIT|RUNNER|ROTATION|WEBHOOK)_[A-Z]|\bCHROMIUM\b/;
/** Too short to be told from other words. */
const ambiguous: ReadonlySet<string> = new Set([variable.port, variable.stack]);

test("TypeScript of ours takes the names of environment variables from access/environment.ts", () => {
  const found = ours
    .filter((file) => shape.test(textOf(file)))
    .flatMap((file) =>
      capitalsIn(file)
        .filter((word) => (names.has(word) && !ambiguous.has(word)) || /^(BITBUCKET|KEYCLOAK)_/.test(word))
        .map((word) => `${file}: ${word}`),
    );
  expect(found).toEqual([]);
});

test("what packages and scripts read of the environment is listed", () => {
  const read = /\b(?:BITBUCKET|KEYCLOAK|ACCESS|AUDIT|RUNNER|WEBHOOK)_[A-Z][A-Z_]*[A-Z]\b|\b[A-Z]+_STACKS\b/g;
  const unlisted = standAlone.flatMap((file) =>
    (textOf(file).match(read) ?? []).filter((name) => !names.has(name)).map((name) => `${file}: ${name}`),
  );
  expect(unlisted).toEqual([]);
});

test("every variable that begins with BITBUCKET_KEYCLOAK_ is listed, wherever it is named", () => {
  const text = files.filter(
    (file) => /\.(ts|js|mjs|cjs|sh|yml|json|md)$/.test(file) && file !== "CHANGELOG.md",
  );
  const named = text.flatMap(
    (file) => textOf(file).match(/\bBITBUCKET_KEYCLOAK_[A-Z0-9_]*[A-Z0-9]\b/g) ?? [],
  );
  expect([...new Set(named)].filter((name) => !names.has(name))).toEqual([]);
});

test("a variable is read where the table says, and nowhere else", () => {
  const roomOf = (file: string) =>
    isTest(file) ? "test" : (/^packages\/[^/]+|^[^/]+/.exec(file)?.[0] ?? file);
  const roomsWith = (among: readonly string[], pattern: (key: string, name: string) => string) => {
    const texts = among.map((file) => ({ room: roomOf(file), text: textOf(file) }));
    return ([key, name]: readonly [string, string]) =>
      texts.filter(({ text }) => new RegExp(pattern(key, name)).test(text)).map(({ room }) => room);
  };
  const byKey = roomsWith(
    // What only writes about a variable does not read it.
    typescript.filter((file) => !file.startsWith("generate/") && /variable\.|= variable;/.test(textOf(file))),
    (key) => `\\bvariable\\.${key}\\b|\\b${key}\\b[^;]*\\} = variable;`,
  );
  const byName = roomsWith(standAlone, (_, name) => `\\b${name}\\b`);
  const tests = files.filter((file) => isTest(file) && /\.(ts|cjs)$/.test(file));
  const byTest = roomsWith(tests, (_, name) => `\\b${name}\\b`);
  const wrong = Object.entries(variable).flatMap(([key, name], index) => {
    const { readBy, setBy, kind } = variables[index]!;
    if (kind === "pipeline") return []; // a company's own scripts read it
    const uses = new Set(
      kind === "test" ? byTest([key, name]) : [...byKey([key, name]), ...byName([key, name])],
    );
    const sets = setBy.includes("command") || setBy.includes("pipeline");
    return [
      ...readBy.filter((room) => !uses.has(room)).map((room) => `${name}: ${room} does not read it`),
      ...[...uses]
        .filter((room) => !sets && !readBy.some((one) => one === room))
        .map((room) => `${name}: ${room} reads it`),
    ];
  });
  expect(wrong).toEqual([]);
});
