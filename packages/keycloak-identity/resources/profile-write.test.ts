/** What of an account is sent, and what is not: everything that is not declared, and what is so already. */
import type { KeycloakUser } from "../client/keycloak";
import { changesOf, placeholderOf, type Profile } from "./profile-write";

const user: KeycloakUser = { id: "1", username: "ana", email: "ana@acme.example", firstName: "Ana", lastName: "Silva", emailVerified: true, enabled: false }; // prettier-ignore
const declared: Profile = { realm: "acme", userId: "1", username: "ana", email: "ana@acme.example", firstName: "Ana" }; // prettier-ignore

test.each<[string, Partial<Profile>, Partial<Profile> | undefined, object]>([
  ["nothing", {}, undefined, {}],
  [
    "another case of what Keycloak keeps in lower case",
    { username: "Ana", email: "ANA@Acme.example" },
    undefined,
    {},
  ],
  ["a user name", { username: "anna" }, undefined, { username: "anna" }],
  ["an address", { email: "anna@acme.example" }, undefined, { email: "anna@acme.example" }],
  ["the case of a name", { firstName: "ANA" }, undefined, { firstName: "ANA" }],
  ["a family name", { lastName: "Costa" }, undefined, { lastName: "Costa" }],
  ["no family name, said so", { lastName: "" }, undefined, { lastName: "" }],
  ["no family name any more", {}, { lastName: "Silva" }, { lastName: "" }],
  ["a family name that nobody ever declared", {}, {}, {}],
  [
    "an address that does not count as verified",
    { emailVerified: false },
    undefined,
    { emailVerified: false },
  ],
])("%s", (_, now, before, changes) => {
  expect(changesOf(user, { ...declared, ...now }, before && { ...declared, ...before })).toEqual(changes);
});

test("an account without a name or an address gets them", () => {
  const bare = { id: "1", username: "ana", enabled: true };
  expect(changesOf(bare, { ...declared, lastName: "", emailVerified: false })).toEqual({
    email: "ana@acme.example",
    firstName: "Ana",
  });
});

test("a placeholder is an address that Keycloak takes, also of an account from elsewhere", () => {
  expect(placeholderOf("f:9-a:ana@acme.example")).toBe("f-9-a-ana-acme-example@address-moved.invalid");
});
