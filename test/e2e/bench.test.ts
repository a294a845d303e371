/**
 * What a repository costs in requests, by the bench that people run: two sizes show that each more costs the same, and
 * that nothing is asked twice.
 */
import { bitbucketBench } from "../bench/bitbucket";
import { Progress } from "../../toolchain/progress";
import { sharedWorld } from "./world/shared";

jest.setTimeout(300_000);

interface Phase {
  readonly requests: number;
  readonly longestWait: number;
}
type Figures = Readonly<Record<"firstUp" | "preview" | "refresh" | "change", Phase>>;

test.each([3, 9])("a workspace of %d repositories", async (repositories) => {
  const { firstUp, preview, refresh, change } = await figuresOf(repositories);

  // Two grants, four restrictions, an environment and its ten variables each.
  expect(firstUp.requests).toBe(22 * repositories);
  // Answers of a new environment that it is not ready yet, of the one that took longest.
  expect(firstUp.longestWait).toBeLessThanOrEqual(5);
  expect(preview.requests).toBe(0);
  expect(refresh.requests).toBe(5 * repositories);
  expect(change.requests).toBe(3);
});

async function figuresOf(repositories: number): Promise<Figures> {
  const { json } = await bitbucketBench.run({
    repositories,
    people: 0,
    progress: new Progress({ write: () => undefined }),
    toolchain: () => Promise.resolve(sharedWorld().toolchain),
    checkpoint: () => undefined,
  });
  return json as unknown as Figures;
}
