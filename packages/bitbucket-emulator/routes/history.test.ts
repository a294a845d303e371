import { startLab, type Answer, type Client, type Lab } from "../testing/lab";
import { alpha } from "../testing/pipelines";

let lab: Lab;
let ann: Client;
beforeEach(async () => {
  lab = await startLab();
  ann = lab.as("ann");
});
afterEach(() => lab.emulator.close());

const push = (branch: string, fields: Record<string, string>) =>
  ann.form(`${alpha}/src`, { branch, ...fields });
const changes = async (spec: string, query = ""): Promise<string[]> => {
  const answer = await ann.get(`${alpha}/diffstat/${spec}${query}`);
  if (answer.status !== 200) return [String(answer.status)];
  return (answer.json.values as Answer["json"][]).map(
    (one) => `${one.status} ${one.old?.path ?? "-"} ${one.new?.path ?? "-"}`,
  );
};

test("a diffstat has the changes of the first commit: against the second, or where both parted", async () => {
  await push("one", { "a.txt": "a", "old.txt": "text of it" });
  await push("two", { parents: (await ann.get(`${alpha}/refs/branches/one`)).json.target.hash as string, "new.txt": "text of it", files: "old.txt" }); // prettier-ignore
  await push("one", { "b.txt": "b" });
  expect(await changes("two..one", "?topic=false")).toEqual(["removed b.txt -", "renamed old.txt new.txt"]);
  expect(await changes("two..one", "?topic=true")).toEqual(["renamed old.txt new.txt"]);
  expect(await changes("two..one")).toEqual(["renamed old.txt new.txt"]);
  expect(await changes("two..one", "?merge=false&renames=false&path=old.txt")).toEqual(["removed old.txt -"]);
  expect(await changes("two")).toEqual(["renamed old.txt new.txt"]);
  expect(await changes("one..main", "?merge=true&topic=true")).toEqual(["400"]);
  expect(await changes("nowhere..main")).toEqual(["404"]);
  expect((await ann.get(`${alpha}/diffstat/one..main?pagelen=1`)).json.next).toContain("page=2");
});

test("a commit is found by the beginning of its hash, where that is one's only", async () => {
  const { hash } = (await ann.get(`${alpha}/refs/branches/main`)).json.target as { hash: string };
  expect((await ann.get(`${alpha}/commit/${hash.slice(0, 12)}`)).json.hash).toBe(hash);
  expect((await ann.get(`${alpha}/commit/${hash.slice(0, 3)}`)).status).toBe(404);
});

test.each([
  ["merge_commit", 2],
  ["squash", 1],
  ["fast_forward", 1],
])("merged by %s, the destination's newest commit has %d parents", async (merge_strategy, parents) => {
  await push("one", { "a.txt": "a" });
  await push("one", { "a.txt": "b", author: "Somebody <somebody@else.example>" });
  await ann.post(`${alpha}/pullrequests`, { title: "t", source: { branch: { name: "one" } } });
  const { hash } = (await ann.get(`${alpha}/refs/branches/one`)).json.target as { hash: string };
  const merged = (await ann.post(`${alpha}/pullrequests/1/merge`, { merge_strategy })).json;
  const { target } = (await ann.get(`${alpha}/refs/branches/main`)).json;
  expect(target.parents).toHaveLength(parents);
  expect(merged.merge_commit.hash).toBe(target.hash.slice(0, 12));
  expect(target.hash === hash).toBe(merge_strategy === "fast_forward");
  expect((await ann.get(`${alpha}/src/main/a.txt`)).text).toBe("b");
  expect((await ann.get(`${alpha}/commit/${hash}`)).json.author).toEqual({ type: "author", raw: "Somebody <somebody@else.example>" }); // prettier-ignore
});

test("what is not played of merging is refused; so is what cannot be fast-forwarded", async () => {
  await push("one", { "a.txt": "a" });
  await push("main", { "b.txt": "b" });
  await ann.post(`${alpha}/pullrequests`, { title: "t", source: { branch: { name: "one" } } });
  const merge = (merge_strategy: string) => ann.post(`${alpha}/pullrequests/1/merge`, { merge_strategy });
  expect((await merge("fast_forward")).status).toBe(400);
  expect((await merge("rebase_merge")).headers.get("x-emulator-strict")).toMatch("not emulated");
});

test("a merge keeps what each side changed or removed", async () => {
  await push("main", { "kept.txt": "1", "gone.txt": "1" });
  await push("one", { files: "gone.txt" });
  await push("main", { "kept.txt": "2" });
  await ann.post(`${alpha}/pullrequests`, { title: "t", source: { branch: { name: "one" } } });
  await ann.post(`${alpha}/pullrequests/1/merge`);
  expect((await ann.get(`${alpha}/src/main/kept.txt`)).text).toBe("2");
  expect((await ann.get(`${alpha}/src/main/gone.txt`)).status).toBe(404);
});
