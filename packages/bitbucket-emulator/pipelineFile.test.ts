import { PipelineFileError, stepsFor } from "./pipelineFile";

const file = `
image: node:24
pipelines:
  default:
    - step: { script: [echo default] }
  branches:
    "release/*":
      - step: { name: Release, deployment: prod, script: [echo release], trigger: manual }
    release/special:
      - step: { script: [echo special], oidc: true }
  custom:
    promote:
      - step: { script: [echo one], oidc: { audiences: [https://id.example] } }
      - step: { script: [echo two] }
`;

const scripts = (branch: string, custom?: string): readonly string[][] =>
  stepsFor(file, branch, custom).steps.map((step) => [...step.script]);

test("the closest branch pattern, else the default", () => {
  expect(scripts("main")).toEqual([["echo default"]]);
  expect(scripts("release/1")).toEqual([["echo release"]]);
  expect(scripts("release/special")).toEqual([["echo special"]]);
  expect(stepsFor(file, "release/1").selector).toEqual({ type: "branches", pattern: "release/*" });
});

test("a custom pipeline by name, step by step", () => {
  const { selector, steps } = stepsFor(file, "main", "promote");
  expect(selector).toEqual({ type: "custom", pattern: "promote" });
  expect(steps.map(({ name, oidc, manual, status }) => ({ name, oidc, manual, status }))).toEqual([
    { name: "Step 1", oidc: { audiences: ["https://id.example"] }, manual: false, status: "PENDING" },
    { name: "Step 2", oidc: undefined, manual: false, status: "PENDING" },
  ]);
  expect(stepsFor(file, "release/1").steps[0]).toMatchObject({
    name: "Release",
    deployment: "prod",
    manual: true,
  });
  expect(stepsFor(file, "release/special").steps[0]?.oidc).toEqual({ audiences: [] });
});

test.each([
  ["no such custom pipeline", file, 'no custom pipeline "x" (there are: promote)'],
  [
    "pipes",
    "pipelines: { custom: { x: [{ step: { script: [{ pipe: a/b }] } }] } }",
    "only commands are run, pipes are not",
  ],
  ["parallel steps", "pipelines: { custom: { x: [{ parallel: [] }] } }", "pipelines.custom.x.0"],
  ["artifacts", "pipelines: { custom: { x: [{ step: { script: [a], artifacts: [b] } }] } }", "artifacts"],
  ["no YAML", "{", "not YAML"],
])("refuses %s aloud", (_, text, message) => {
  expect(() => stepsFor(text, "main", "x")).toThrow(PipelineFileError);
  expect(() => stepsFor(text, "main", "x")).toThrow(message);
});

test("a branch without any pipeline", () => {
  expect(() => stepsFor("pipelines: {}", "main")).toThrow("no pipeline for the branch main, and no default");
});

describe("a cache", () => {
  const cached = (path: string) =>
    `definitions: { caches: { own: ${JSON.stringify(path)} } }\npipelines: { default: [{ step: { script: [a], caches: [own] } }] }`;

  test.each(["build", "build/cache", "a..b/..c", ".cache"])("lies in the clone: %s", (path) => {
    expect(stepsFor(cached(path), "main").steps[0]?.caches).toEqual([{ name: "own", path }]);
  });

  test.each(["..", "../other", "build/../../other", "build/..", "/var/cache", "~/.npm", "~"])(
    "cannot lie outside of it: %s",
    (path) => {
      expect(() => stepsFor(cached(path), "main")).toThrow(
        "cache own: no folder within the clone is defined for it",
      );
    },
  );
});
