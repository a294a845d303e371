/** What people do who are no program of ours: HR in its directory, and administrators in Atlassian's pages. */
import { randomBytes } from "node:crypto";
import { organization } from "../doctor/company";
import type { World } from "../world";
import { fatima } from "./kinds";

/**
 * HR enters somebody, or finds them, and puts them into a team's group.
 *
 * @returns the first password, which has to be changed
 */
export async function enter(world: World, username: string, team: string): Promise<string> {
  const admin = async (method: string, path: string, body?: object) => {
    const { status, json } = await world.keycloak(method, `/${world.realm}${path}`, body);
    if (status >= 400 && status !== 409)
      throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json as { readonly id: string; readonly name: string }[];
  };
  const password = randomBytes(24).toString("base64url");
  const names = { firstName: username, lastName: "Small", email: `${username}@small.example` };
  const credentials = [{ type: "password", value: password, temporary: true }];
  await admin("POST", "/users", { username, ...names, enabled: true, emailVerified: true, credentials });
  const [person] = await admin("GET", `/users?username=${username}&exact=true`);
  const groups = await admin("GET", `/groups?search=${team}&exact=true`);
  await admin("PUT", `/users/${person?.id ?? ""}/groups/${groups[0]?.id ?? ""}`);
  return password;
}

/** Fatima follows the link of her invitation. */
export async function accept(world: World): Promise<void> {
  await ask(world, "/emulator/accept", { email: fatima.email });
}

/** An administrator of the organisation puts her into the group of hands. */
export async function putIntoGroup(world: World): Promise<void> {
  const directory = `/admin/v2/orgs/${organization.id}/directories/${organization.directory}`;
  const { data } = await ask(world, `${directory}/groups/search`, { groupNames: ["hands"] });
  const { accounts } = (await (await fetch(`${world.emulator.url}/emulator/state`)).json()) as {
    accounts: { email: string; accountId: string }[];
  };
  const accountId = accounts.find(({ email }) => email === fatima.email)?.accountId;
  await ask(world, `${directory}/groups/${data[0]?.id ?? ""}/memberships`, { accountId });
}

async function ask(world: World, path: string, body: object) {
  const headers = { authorization: `Bearer ${organization.apiKey}`, "content-type": "application/json" };
  const request = { method: "POST", headers, body: JSON.stringify(body) };
  const answer = await fetch(world.emulator.url + path, request);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${text}`);
  return JSON.parse(text || "{}") as { readonly data: readonly { readonly id: string }[] };
}
