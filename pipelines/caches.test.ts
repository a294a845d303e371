/** What one pipeline of the runner leaves behind for another: what is kept is run, with the credentials of whoever runs it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

interface Step {
  readonly caches?: readonly string[];
  readonly artifacts?: unknown;
}
type Part = { readonly step?: Step; readonly parallel?: readonly Part[] };
interface Pipelines {
  readonly definitions: { readonly caches: Readonly<Record<string, string>> };
  readonly pipelines: { readonly custom: Readonly<Record<string, readonly Part[]>> };
}

const text = readFileSync(join(__dirname, "bitbucket-pipelines.yml"), "utf8");
const { definitions, pipelines } = parse(text) as Pipelines;
const stepsOf = (parts: readonly Part[]): Step[] =>
  parts.flatMap(({ step, parallel = [] }) => [...(step ? [step] : []), ...stepsOf(parallel)]);
const isPreview = (name: string): boolean => /^pull-request/.test(name);
const cachesOf = (wanted: boolean): string[] =>
  Object.entries(pipelines.custom)
    .filter(([name]) => isPreview(name) === wanted)
    .flatMap(([, parts]) => stepsOf(parts).flatMap(({ caches = [] }) => caches));

test("nothing that a preview keeps is read by what deploys, rotates or takes away, nor the other way round", () => {
  const [previews, others] = [cachesOf(true), cachesOf(false)];
  expect(previews.length * others.length).toBeGreaterThan(0);
  expect(previews.filter((cache) => others.includes(cache))).toEqual([]);
  // A name that Bitbucket, or an earlier version of these pipelines, has filled would be read, too.
  for (const cache of previews) expect(cache).toMatch(/^preview-/);
  for (const cache of others) expect(cache).toMatch(/^deploy-/);
  expect(Object.keys(definitions.caches).sort()).toEqual([...new Set([...previews, ...others])].sort());
});

test("no step hands files on to another", () => {
  const steps = Object.values(pipelines.custom).flatMap(stepsOf);
  expect(steps.filter(({ artifacts }) => artifacts !== undefined)).toEqual([]);
});
