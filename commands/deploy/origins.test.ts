/** Which commits have to be asked about where the program changes. */
import type { AccessRepository, Commit } from "../../clients/accessRepository";
import { programSteps } from "./origins";

/** A repository of these commits, each with its parent and what it changes; every other one is not there. */
function repositoryOf(
  commits: Readonly<Record<string, readonly [parent: string | undefined, ...paths: string[]]>>,
) {
  const asked: string[] = [];
  const named = (hash: string): Commit | undefined => {
    const [parent] = commits[hash] ?? [];
    asked.push(hash);
    return commits[hash] && { hash, ...(parent !== undefined && { parent }), parents: parent === undefined ? [] : [parent], message: "" }; // prettier-ignore
  };
  const repository = {
    commit: (hash: string) => Promise.resolve(named(hash)!),
    found: (hash: string) => Promise.resolve(named(hash)),
    mergedAs: () => Promise.resolve(undefined),
    changedPaths: (_: string, to: string) => Promise.resolve((commits[to] ?? []).slice(1)),
  } as unknown as AccessRepository;
  return { repository, asked };
}

const company = {
  one: [undefined, "index.ts"],
  two: ["one", "access.yaml"],
  three: ["two", "components/realm.ts"],
  four: ["three", "access.yaml"],
  side: ["two", "index.ts"],
  lost: [undefined, "index.ts"],
} as const;

test.each<[string, string | undefined, readonly string[]]>([
  ["on the branch: each that changes the program since", "two", ["three"]],
  ["the tip itself: none", "four", []],
  ["with files that differed from it", "one+", ["three"]],
  [
    "on another branch: those since they parted, and the tip, by which its own went",
    "side",
    ["four", "three"],
  ],
  ["not in the repository: the tip", "gone", ["four"]],
  ["unknown: the tip", undefined, ["four"]],
])("brought up from a commit that is %s", async (_, since, expected) => {
  const { repository } = repositoryOf(company);
  const found = await programSteps("four", { stack: "main", since }, repository);
  expect(found.ok && [...found.steps.keys()]).toEqual(expected);
});

test("where the two have nothing in common, it is said what to do", async () => {
  const { repository } = repositoryOf(company);
  expect(await programSteps("four", { stack: "main", since: "lost" }, repository)).toEqual({
    ok: false,
    reason: expect.stringMatching(
      /brought up from, lost, .* deploy a commit between the two first$/,
    ) as string,
  });
});

test("no more commits are asked for than there are since", async () => {
  const { repository, asked } = repositoryOf(company);
  await programSteps("four", { stack: "main", since: "three" }, repository);
  expect([...new Set(asked)]).toEqual(["three", "four"]);
});
