import { explain, repositoryAt } from "./explain";

const secret = 'two "words" & a\\\nline';

test.each([
  ["as it is", secret],
  ["in JSON", JSON.stringify({ value: secret })],
  ["in an address", `/variables?value=${encodeURIComponent(secret)}`],
])("a message of Bitbucket's that repeats a secret is withheld: %s", (_, text) => {
  const said = explain({ method: "post", path: "/x", at: {} }, 400, { error: { message: `no ${text}` } }, [
    "another one",
    secret,
  ]);
  expect(said).toBe(
    "cannot write /x: bitbucket answered 400 (its message is withheld, for it repeats a secret); it takes the request for wrong; correct what it names",
  );
});

test.each([
  ["https://api.bitbucket.org/2.0/repositories/acme/new", "acme/new"],
  ["https://api.bitbucket.org/2.0/repositories/acme/new.name/environments?pagelen=100", "acme/new.name"],
  ["https://api.bitbucket.org/2.0/workspaces/acme", undefined],
  ["https://login.proxy.example/", undefined],
])("a repository that is at another address: %s", (location, expected) => {
  const movedTo = repositoryAt(location);
  expect(movedTo).toBe(expected);
  const attempt = {
    method: "get" as const,
    path: "/repositories/{workspace}/{repo_slug}",
    at: { workspace: "acme", repo_slug: "old" },
  };
  const cause =
    expected === undefined
      ? "what was asked for is at another address now; check its name, and that apiUrl is Bitbucket's API"
      : `the repository was renamed or moved, and is ${expected} now; write that name where it is declared`;
  expect(explain(attempt, 301, "", [], movedTo)).toBe(
    `cannot read repository acme/old: bitbucket answered 301; ${cause}`,
  );
});
