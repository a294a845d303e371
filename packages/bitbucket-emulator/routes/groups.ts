/**
 * Groups of the workspace and their members, by the 1.0 API, since 2.0 has none
 * (https://support.atlassian.com/bitbucket-cloud/docs/groups-endpoint/). It is older than the rest and shows
 * it: answers are plain arrays without pages, a group is made by an HTML form, and the workspace goes by its
 * slug only. Once a workspace is administered at admin.atlassian.com, only the reads are left. Which scopes an API token needs is not documented; these are the workspace's.
 */
import { z } from "zod";
import { form, optionalJson } from "../body";
import { checkAdministrator, endpoint, noContent, ok, pick, type Call, type Family } from "../endpoint";
import { administrators, type Grants, type Group, type State } from "../entities";
import { ApiError } from "../errors";
import { slugOf } from "../identifiers";
import { isMigrated } from "../organization";
import * as show from "../present";

const path = "/1.0/groups/:workspace";
const family: Family = "groups";
const read = { family, scopes: ["read:workspace:bitbucket"] as const };
const write = { family, scopes: ["admin:workspace:bitbucket"] as const };

export const groupEndpoints = [
  endpoint(
    {
      ...read,
      method: "GET",
      path,
    },
    (call) => {
      check(call);
      return ok(call.state.groups.map((group) => show.legacyGroup(call.state, group)));
    },
  ),

  endpoint(
    {
      ...write,
      method: "POST",
      path,
      body: form(z.strictObject({ name: z.string().min(1) })),
    },
    (call) => {
      check(call);
      checkOwn(call);
      const slug = slugOf(call.body.name);
      if (slug === "") throw new ApiError(400, "name: no letter or digit to make a slug from");
      if (call.state.groups.some((group) => group.slug === slug)) {
        throw new ApiError(400, `A group with the slug ${slug} exists already.`);
      }
      const group: Group = { slug, name: call.body.name, members: [] };
      call.state.groups.push(group);
      return ok(show.legacyGroup(call.state, group));
    },
  ),

  endpoint(
    {
      ...write,
      method: "PUT",
      path: `${path}/:group`,
      body: optionalJson(z.strictObject({ name: z.string().min(1).optional() })),
    },
    (call) => {
      const group = ownGroupOf(call);
      group.name = call.body.name ?? group.name;
      return ok(show.legacyGroup(call.state, group));
    },
  ),

  endpoint(
    {
      ...write,
      method: "DELETE",
      path: `${path}/:group`,
    },
    (call) => {
      const { slug } = ownGroupOf(call);
      if (slug === administrators) throw new ApiError(403, "The administrators' group cannot be deleted.");
      removeGroup(call.state, slug);
      return noContent();
    },
  ),

  endpoint(
    {
      ...read,
      method: "GET",
      path: `${path}/:group/members`,
    },
    (call) => ok(show.legacyMembers(call.state, groupOf(call))),
  ),

  endpoint(
    {
      ...write,
      method: "PUT",
      path: `${path}/:group/members/:member`,
      body: optionalJson(z.strictObject({})),
    },
    (call) => {
      const group = ownGroupOf(call);
      const asked = call.param("member");
      const account = pick(call.state.accounts, ({ uuid }) => uuid === asked, `User ${asked}`);
      if (!account.member) throw new ApiError(400, `User ${asked} is not a member of the workspace.`);
      if (!group.members.includes(account.uuid)) group.members.push(account.uuid);
      return ok(show.legacyMember(account));
    },
  ),

  endpoint(
    {
      ...write,
      method: "DELETE",
      path: `${path}/:group/members/:member`,
    },
    (call) => {
      const group = ownGroupOf(call);
      const gone = pick(group.members, (uuid) => uuid === call.param("member"), "Member");
      group.members = group.members.filter((uuid) => uuid !== gone);
      return noContent();
    },
  ),
];

function check(call: Call<unknown>): void {
  if (call.param("workspace") !== call.state.workspace.slug) {
    throw new ApiError(404, `No workspace with the slug '${call.param("workspace")}'.`);
  }
  checkAdministrator(call);
}

function groupOf(call: Call<unknown>): Group {
  check(call);
  const slug = call.param("group");
  return pick(call.state.groups, (group) => group.slug === slug, `Group ${slug}`);
}

/** A group that may be changed here. */
function ownGroupOf(call: Call<unknown>): Group {
  const group = groupOf(call);
  checkOwn(call);
  return group;
}

/** @throws ApiError 405, by another reading 403, if the groups are an organisation's */
function checkOwn({ state, world }: Call<unknown>): void {
  if (!isMigrated(state)) return;
  throw new ApiError(
    world.readings().legacyGroupWrite === "403" ? 403 : 405,
    "The groups of this workspace are administered at admin.atlassian.com.",
  );
}

/** A group that goes takes its permissions with it, and its name out of every restriction. */
export function removeGroup(state: State, slug: string): void {
  const strip = (grants: Grants<unknown>): void => {
    grants.groups = grants.groups.filter((grant) => grant.holder !== slug);
  };
  state.groups = state.groups.filter((group) => group.slug !== slug);
  for (const project of state.projects) strip(project.grants);
  for (const repository of state.repositories) {
    strip(repository.grants);
    repository.restrictions = repository.restrictions.map((restriction) => ({
      ...restriction,
      groups: restriction.groups.filter((group) => group !== slug),
    }));
  }
}
