import { withheld } from "@bitbucket-keycloak/http";
import { explain } from "./explain";

const gone = "its message is withheld, for it repeats a secret";
const secret = 'two "words" & a\\\nline';

test.each([
  ["as it is", secret],
  ["in JSON", JSON.stringify({ value: secret })],
  ["in an address", `/variables?value=${encodeURIComponent(secret)}`],
])("a message that repeats a secret is withheld: %s", (_, text) => {
  expect(withheld(`before ${text} after`, ["another one", secret])).toBe(gone);
  expect(
    explain({ method: "post", path: "/x", at: {} }, 400, { error: { message: `no ${text}` } }, [secret]),
  ).toBe(
    `cannot write /x: bitbucket answered 400 (${gone}); it takes the request for wrong; correct what it names`,
  );
});

test("another message is passed on, and an empty secret is none", () => {
  expect(withheld("two words", [secret, ""])).toBe("two words");
});
