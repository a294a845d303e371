/**
 * Branch restrictions
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-branch-restrictions/).
 *
 * Three rules make them easy to get wrong: a change keeps what its body leaves out, so that an emptied list
 * has to be sent as such; kind and matcher together are unique in a repository, by one reading; and an empty list of those
 * exempt means that nobody may.
 */
import { z } from "zod";
import { json } from "../body";
import {
  branchTypes,
  kindsWithHolders,
  kindsWithValue,
  restrictionKinds,
  type RestrictionKind,
} from "../contract";
import {
  created,
  endpoint,
  noContent,
  ok,
  page,
  pick,
  repositoryOf,
  type Call,
  type Family,
} from "../endpoint";
import { type Match, type Repository, type Restriction, type State } from "../entities";
import { ApiError } from "../errors";
import * as show from "../present";

/** Users only by UUID: nobody can know a user name. What only an answer holds is known too, and ignored. */
const userReference = z.strictObject({
  type: z.string().optional(),
  uuid: z.string(),
  account_id: z.string().optional(),
  display_name: z.string().optional(),
  nickname: z.string().optional(),
  account_status: z.string().optional(),
});
const groupReference = z.strictObject({
  type: z.string().optional(),
  slug: z.string(),
  name: z.string().optional(),
  full_slug: z.string().optional(),
});

const change = z.strictObject({
  type: z.string().optional(),
  id: z.number().optional(),
  kind: z.enum(restrictionKinds).optional(),
  branch_match_kind: z.enum(["glob", "branching_model"]).optional(),
  branch_type: z.enum(branchTypes).optional(),
  pattern: z.string().optional(),
  users: z.array(userReference).optional(),
  groups: z.array(groupReference).optional(),
  value: z.number().int().nonnegative().nullish(),
});
type Change = z.infer<typeof change>;

const path = "/2.0/repositories/:workspace/:repository/branch-restrictions";
const common = { family: "branch restrictions" as Family, scopes: ["admin:repository:bitbucket"] as const };

export const restrictionEndpoints = [
  endpoint(
    {
      ...common,
      method: "GET",
      path,
      query: ["kind", "pattern"],
      paged: true,
    },
    (call) => {
      const { restrictions } = repositoryOf(call, "admin");
      const kind = call.url.searchParams.get("kind");
      const pattern = call.url.searchParams.get("pattern");
      const found = restrictions.filter(
        (each) =>
          (kind === null || each.kind === kind) &&
          (pattern === null || (each.match.kind === "glob" && each.match.pattern === pattern)),
      );
      return page(call, found, (each) => show.restriction(call.state, each));
    },
  ),

  endpoint(
    {
      ...common,
      method: "POST",
      path,
      body: json(change.required({ kind: true })),
    },
    (call) => {
      const repository = repositoryOf(call, "admin");
      const restriction = restrictionOf(call.state, ++call.state.lastRestriction, call.body);
      checkUnique(call, repository, restriction);
      repository.restrictions.push(restriction);
      return created(show.restriction(call.state, restriction));
    },
  ),

  endpoint(
    {
      ...common,
      method: "GET",
      path: `${path}/:id`,
    },
    (call) => ok(show.restriction(call.state, find(call, repositoryOf(call, "admin")))),
  ),

  endpoint(
    {
      ...common,
      method: "PUT",
      path: `${path}/:id`,
      body: json(change),
    },
    (call) => {
      const repository = repositoryOf(call, "admin");
      const before = find(call, repository);
      const restriction = restrictionOf(call.state, before.id, call.body, before);
      checkUnique(call, repository, restriction);
      repository.restrictions = repository.restrictions.map((each) => (each === before ? restriction : each));
      return ok(show.restriction(call.state, restriction));
    },
  ),

  endpoint(
    {
      ...common,
      method: "DELETE",
      path: `${path}/:id`,
    },
    (call) => {
      const repository = repositoryOf(call, "admin");
      const gone = find(call, repository);
      repository.restrictions = repository.restrictions.filter((each) => each !== gone);
      return noContent();
    },
  ),
];

function find(call: Call<unknown>, repository: Repository): Restriction {
  const id = call.param("id");
  return pick(repository.restrictions, (each) => String(each.id) === id, `Branch restriction ${id}`);
}

/** Merge checks that only warn can be had on every plan; that they are enforced, on Premium alone. */
function checkPlan(state: State, kind: RestrictionKind): void {
  if (kind !== "enforce_merge_checks" || state.workspace.plan === "premium") return;
  throw new ApiError(402, "Enforced merge checks need the Premium plan.", `plan: ${state.workspace.plan}`);
}

/** The restriction that a body describes, on top of what was there. */
function restrictionOf(state: State, id: number, body: Change, before?: Restriction): Restriction {
  const kind = body.kind ?? before?.kind;
  if (kind === undefined) throw new ApiError(400, "Bad request", "kind: is required");
  checkPlan(state, kind);
  const takesHolders = kindsWithHolders.includes(kind);
  const takesValue = kindsWithValue.includes(kind);
  const value = body.value === undefined ? before?.value : (body.value ?? undefined);
  if (!takesHolders && [...(body.users ?? []), ...(body.groups ?? [])].length > 0) {
    throw new ApiError(400, `users and groups do not belong to ${kind}`, kindsWithHolders.join(", "));
  }
  if (!takesValue && (body.value ?? undefined) !== undefined) {
    throw new ApiError(400, `value does not belong to ${kind}`, kindsWithValue.join(", "));
  }
  if (takesHolders && !before && (body.users === undefined || body.groups === undefined)) {
    throw new ApiError(400, `${kind} needs users and groups; empty lists mean nobody`);
  }
  if (takesValue && value === undefined) throw new ApiError(400, `${kind} needs a value`);
  const users = body.users?.map(({ uuid }) => account(state, uuid));
  const groups = body.groups?.map(({ slug }) => group(state, slug));
  return {
    id,
    kind,
    match: matchOf(body, before?.match),
    users: takesHolders ? (users ?? before?.users ?? []) : [],
    groups: takesHolders ? (groups ?? before?.groups ?? []) : [],
    ...(takesValue && value !== undefined ? { value } : {}),
  };
}

function matchOf(body: Change, before?: Match): Match {
  const kind = body.branch_match_kind ?? before?.kind ?? "glob";
  if (kind === "glob") {
    const pattern = body.pattern ?? (before?.kind === "glob" ? before.pattern : undefined);
    if (pattern === undefined || pattern === "")
      throw new ApiError(400, "Bad request", "pattern: is required");
    return { kind, pattern };
  }
  const type = body.branch_type ?? (before?.kind === "branching_model" ? before.type : undefined);
  if (type === undefined) throw new ApiError(400, "Bad request", "branch_type: is required");
  return { kind, type };
}

function account(state: State, uuid: string): string {
  if (state.accounts.some((each) => each.uuid === uuid && each.member)) return uuid;
  throw new ApiError(400, `users: ${uuid} is not a member of the workspace`);
}

function group(state: State, slug: string): string {
  if (state.groups.some((each) => each.slug === slug)) return slug;
  throw new ApiError(400, `groups: ${slug} is no group of the workspace`);
}

function checkUnique(call: Call<unknown>, repository: Repository, restriction: Restriction): void {
  if (call.world.readings().secondRestriction === "kept") return;
  const key = (each: Restriction): string => JSON.stringify([each.kind, each.match]);
  const twin = repository.restrictions.find(
    (each) => each.id !== restriction.id && key(each) === key(restriction),
  );
  if (twin === undefined) return;
  throw new ApiError(400, "A restriction of this kind and matcher exists already.", `id ${twin.id}`);
}
