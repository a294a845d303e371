/** A realm for tests of the components that live in one. */
import { Realm } from "../components";

const person = (username: string) => ({ username, name: username, email: `${username}@acme.example` });

export function testRealm(): Realm {
  return new Realm("realm", {
    realm: "acme-dev",
    displayName: "Acme (dev)",
    url: "https://keycloak.example",
    owners: [person("ana"), person("ben")],
    lifetimes: { accessToken: 300, sessionIdle: 1800, session: 36_000, events: 31_536_000 },
  });
}
