import { type Engine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { eachTest } from "../testing/eachTest";
import type { TestServer } from "../testing/world";

const path = "/1.0/groups/acme/payments/members";
const [ana, ben, chen] = ["a", "b", "c"].map(
  (letter) => `{${letter}0000000-0000-4000-8000-000000000000}`,
) as [string, string, string];

let server: TestServer;
let engine: Engine;

eachTest([path], (started) => ({ server, engine } = started));

const inputs = (members: string[]) => ({ workspace: "acme", group: "payments", members, adopt: false });
const present = () => server.lists.get(path)!.map(({ uuid }) => uuid);
const join = (uuid: string) => server.lists.get(path)!.push({ uuid });

test("a life: create, refresh, change, delete", async () => {
  join(ana);
  const made = await engine.create("GroupMembers", inputs([ana, ben]));
  expect(made.id).toBe("acme/payments");
  expect(made.properties).toEqual({ ...inputs([ana, ben]), adopted: [ana], placed: [ben] });
  expect(server.log).toEqual([`GET ${path}`, `PUT ${path}/${ben}`]);
  expect(await engine.read("GroupMembers", made.id, made)).toEqual(made);
  expect(await engine.diff("GroupMembers", made, inputs([ben, ana]))).toEqual({});

  const changed = await engine.update("GroupMembers", made, inputs([ana, chen]));
  expect(present()).toEqual([ana, chen]);
  await engine.delete("GroupMembers", changed);
  expect(present()).toEqual([ana]);
});

test("who was put in or taken out by hand is seen and put right", async () => {
  const made = await engine.create("GroupMembers", inputs([ana]));
  server.lists.set(path, [{ uuid: ben }]);
  const refreshed = (await engine.read("GroupMembers", made.id, made))!;
  expect(refreshed.inputs.members).toEqual([ben]);
  expect(await engine.diff("GroupMembers", refreshed, inputs([ana]))).toEqual({ "members[0]": "UPDATE" });
  await engine.update("GroupMembers", refreshed, inputs([ana]));
  expect(present()).toEqual([ana]);
});

test("strangers are an error, a group that is gone is none", async () => {
  join(chen);
  await expect(engine.create("GroupMembers", inputs([ana]))).rejects.toThrow(
    "the members of group acme/payments are not empty and differ from what is declared:\n" +
      `  ${chen}: present a member, not declared\n` +
      "declare what should stay, or set adopt: true to make the list equal to what is declared",
  );
  expect(present()).toEqual([chen]);
  server.lists.clear();
  expect(await engine.read("GroupMembers", "acme/payments")).toBeUndefined();
});

test("nobody takes the last administrator away, and nobody is in twice", async () => {
  const check = async (group: string, members: string[]) =>
    (await engine.check("GroupMembers", { workspace: "acme", group, members })).failures;
  expect(await check("administrators", [])).toEqual([
    "members: the workspace would have no administrator; name one at least, two are better",
  ]);
  expect(await check("payments", [])).toEqual([]);
  expect(await check("payments", [ana, ana])).toEqual([
    `members[1]: ${ana} is listed twice (first at [0]); leave one of them out`,
  ]);
});
