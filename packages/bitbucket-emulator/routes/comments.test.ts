import { startLab, type Lab } from "../testing/lab";
import { alpha } from "../testing/pipelines";

let lab: Lab;
let comments: string;
beforeEach(async () => {
  lab = await startLab();
  const ann = lab.as("ann");
  await ann.form(`${alpha}/src`, { branch: "topic", "a.txt": "a" });
  const request = { title: "t", source: { branch: { name: "topic" } } };
  const { json } = await ann.post(`${alpha}/pullrequests`, request);
  comments = `${alpha}/pullrequests/${json.id}/comments`;
});
afterEach(() => lab.emulator.close());

test("written, changed by its author alone, answered, deleted but not gone", async () => {
  const ann = lab.as("ann");
  const made = await ann.post(comments, { content: { raw: "**Who** gains what" } });
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({
    type: "pullrequest_comment",
    id: 1,
    content: { raw: "**Who** gains what" },
    deleted: false,
    pullrequest: { id: 1 },
  });
  const one = `${comments}/1`;
  expect((await ann.put(one, { content: { raw: "Nobody" } })).json.content.raw).toBe("Nobody");
  expect((await lab.as("bob").put(one, { content: { raw: "x" } })).status).toBe(403);
  const answer = await lab.as("bob").post(comments, {
    content: { raw: "Why?" },
    parent: { id: 1 },
    inline: { path: "a.txt", to: 1 },
  });
  expect(answer.json).toMatchObject({ id: 2, parent: { id: 1 }, inline: { path: "a.txt", to: 1 } });
  expect((await lab.as("bob").delete(one)).status).toBe(403);
  expect((await ann.delete(one)).status).toBe(204);
  expect((await ann.get(comments)).json.values).toMatchObject([
    { id: 1, deleted: true, content: { raw: "" } },
    { id: 2, deleted: false },
  ]);
  expect((await ann.put(one, { content: { raw: "x" } })).status).toBe(404);
});

test("nothing without text, no answer to nothing, none from whoever does not see the repository", async () => {
  const ann = lab.as("ann");
  expect((await ann.post(comments, { content: { raw: "" } })).status).toBe(400);
  expect((await ann.post(comments, { content: { raw: "x" }, parent: { id: 9 } })).status).toBe(404);
  expect((await lab.as("cas").post(comments, { content: { raw: "x" } })).status).toBe(404);
  expect((await ann.get(comments)).json.values).toEqual([]);
});
