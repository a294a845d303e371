import { readFileSync } from "node:fs";
import { join } from "node:path";
import { companyText, modelOf, settingsFor } from "../testing/company";
import { renderProblem } from "../problem";
import { parseStackFile } from "./settings";
import { rotationNamesOf, rotationProblems } from "./rotations";

const model = modelOf(companyText);
const rotation = { manualRotations: 1, revocations: 0, reason: "R" };

test("what rotates is the credentials of this environment, the signing keys and the sign-in", () => {
  expect(rotationNamesOf(model, settingsFor("dev"))).toEqual([
    "api.dev",
    "web.dev",
    "signing-keys",
    "sign-in",
  ]);
  expect(rotationNamesOf(model, settingsFor("prod"))).toEqual(["api.prod", "signing-keys", "sign-in"]);
});

test("a pipeline without a secret has nothing to rotate", () => {
  const keyless = { ...settingsFor("dev"), pipelines: { credential: "keyless" } } as const;
  const web = model.repositories.map((one) =>
    one.slug === "web" ? { ...one, credential: "both" as const } : one,
  );
  expect(rotationNamesOf({ repositories: web }, keyless)).toEqual(["web.dev", "signing-keys", "sign-in"]);
});

test("names that nothing has are found, with their line, and the one that was meant", () => {
  const file = "stacks/Pulumi.dev.yaml";
  const text = readFileSync(join(__dirname, "..", "..", file), "utf8").replace(
    "bitbucket-keycloak:rotations: {}",
    `bitbucket-keycloak:rotations:
    api.dev: { manualRotations: 1, revocations: 1, reason: printed into a log }
    apu.dev: { manualRotations: 1, revocations: 1, reason: printed into a log }
    docs.dev: { manualRotations: 1, revocations: 0, reason: an exercise }`,
  );
  const line = text.split("\n").findIndex((one) => one.includes("apu.dev")) + 1;
  const read = parseStackFile(text, file);
  if (!read.ok) throw new Error("unreadable");
  const { settings, positions } = read;
  const rotated = { ...settings, pipelines: { credential: "rotated" } } as const;
  expect(rotationProblems(model, { file, settings: rotated, positions }).map(renderProblem)).toEqual([
    `${file}:${line}:5  config.bitbucket-keycloak:rotations."apu.dev": found "apu.dev", which does not rotate in this stack; allowed: api.dev, web.dev, signing-keys, sign-in; did you mean "api.dev"?`,
    `${file}:${line + 1}:5  config.bitbucket-keycloak:rotations."docs.dev": found "docs.dev", which does not rotate in this stack; allowed: api.dev, web.dev, signing-keys, sign-in; take it out`,
  ]);
});

test("without the text of the file, the setting is named", () => {
  const settings = { ...settingsFor("dev"), rotations: { "api.prod": rotation } };
  expect(rotationProblems(model, { file: "F", settings })).toMatchObject([
    { file: "F", path: "rotations.api.prod" },
  ]);
  expect(
    rotationProblems(model, { file: "F", settings: { ...settings, rotations: { "api.dev": rotation } } }),
  ).toEqual([]);
});
