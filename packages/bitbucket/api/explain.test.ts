import { explain } from "./explain";

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
