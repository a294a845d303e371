/**
 * What a seed may say: a workspace as somebody would describe it, in terms of e-mails, slugs and names. Plain
 * JSON: it may come from a file. What is left out has the defaults below.
 */
import { z } from "zod";
import { branchTypes, environmentTypes, restrictionKinds, scopes } from "./contract";
import { type ProjectPermission } from "./entities";

const uuid = z.string().regex(/^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/, "a UUID with braces");

const account = z.strictObject({
  /** With braces; derived from the e-mail if it is absent. */
  uuid: uuid.optional(),
  /** Atlassian account id; derived from the e-mail if it is absent. */
  accountId: z.string().optional(),
  name: z.string(),
  email: z.string(),
  kind: z.enum(["person", "bot"]).default("person"),
  /** Whether it is a member of the workspace. */
  member: z.boolean().default(true),
  /** Whether it has an invitation that waits to be accepted, which makes no member of it. */
  invited: z.boolean().default(false),
  /** Whether the organisation manages it, since it has verified the domain of the address. */
  managed: z.boolean().default(true),
  /** Whether an identity provider provisions it (SCIM). */
  provisioned: z.boolean().default(false),
  /** API tokens, in clear; only their hashes are kept. */
  tokens: z.array(z.strictObject({ token: z.string().min(16), scopes: z.array(z.enum(scopes)) })).default([]),
});

/** Permissions by group slug, and by e-mail. */
const grants = <P extends z.ZodType<ProjectPermission>>(permission: P) =>
  z
    .strictObject({
      groups: z.record(z.string(), permission).default({}),
      users: z.record(z.string(), permission).default({}),
    })
    .default({ groups: {}, users: {} });

const variable = z.strictObject({ key: z.string(), value: z.string(), secured: z.boolean().default(false) });

const restriction = z.strictObject({
  kind: z.enum(restrictionKinds),
  /** Glob of branch names; exactly one of `pattern` and `branchType`. */
  pattern: z.string().optional(),
  branchType: z.enum(branchTypes).optional(),
  /** E-mails. */
  users: z.array(z.string()).default([]),
  /** Slugs. */
  groups: z.array(z.string()).default([]),
  value: z.number().int().optional(),
});

const repository = z.strictObject({
  slug: z.string(),
  /** Slugs that it had before it was renamed. */
  formerly: z.array(z.string()).default([]),
  project: z.string(),
  mainBranch: z.string().default("main"),
  /** Slug of a repository before it in the list, whose commits and branches it begins with. */
  forkOf: z.string().optional(),
  /**
   * Content of the files by path, by branch; a main branch without any is made empty. Each other is on top of the main one,
   * and has its files besides.
   */
  branches: z.record(z.string(), z.record(z.string(), z.string())).default({}),
  grants: grants(z.enum(["read", "write", "admin"])),
  restrictions: z.array(restriction).default([]),
  environments: z
    .array(
      z.strictObject({
        name: z.string(),
        type: z.enum(environmentTypes),
        adminOnly: z.boolean().default(false),
        variables: z.array(variable).default([]),
      }),
    )
    .default([]),
  variables: z.array(variable).default([]),
  /** Labels of its access keys. */
  deployKeys: z.array(z.string()).default([]),
  pipelinesEnabled: z.boolean().default(true),
});

/** The members by e-mail. */
const group = z.strictObject({
  name: z.string(),
  members: z.array(z.string()).default([]),
  /** Whether an identity provider keeps it (SCIM): nobody else changes its members. */
  externalSynced: z.boolean().default(false),
  /** What it is given by itself on each new repository. Default: nothing. */
  onNewRepositories: z.enum(["read", "write", "admin"]).optional(),
});

export const organization = z.strictObject({
  id: z.string(),
  directory: z.string(),
  /** In clear; only its hash is kept. */
  apiKey: z.string().min(16),
  /** Default: it was made without scopes, and may do everything. */
  apiKeyScopes: z.array(z.string()).optional(),
  /** Whether the workspace's people and groups are administered there; if not, it is linked and no more. */
  migrated: z.boolean().default(true),
  /** Its groups that the workspace does not show. */
  groups: z.array(group).default([]),
});

export const seedSchema = z.strictObject({
  workspace: z.strictObject({
    slug: z.string(),
    name: z.string().optional(),
    uuid: uuid.optional(),
    plan: z.enum(["free", "standard", "premium"]).default("premium"),
    /** E-mail of who owns it. Default: the first administrator. */
    owner: z.string().optional(),
    /** Whether Atlassian takes it for spam. */
    spam: z.boolean().default(false),
    /** The organisation that it belongs to. */
    organization: organization.optional(),
  }),
  accounts: z.array(account).default([]),
  /** Access tokens of the workspace, or of one project or repository, in clear; only their hashes are kept. */
  accessTokens: z
    .array(
      z
        .strictObject({
          name: z.string(),
          token: z.string().min(16),
          scopes: z.array(z.enum(scopes)),
          project: z.string().optional(),
          repository: z.string().optional(),
        })
        .refine(({ project, repository }) => project === undefined || repository === undefined, {
          message: "project and repository exclude each other",
        }),
    )
    .default([]),
  /** E-mails of those who administer the workspace. */
  administrators: z.array(z.string()).default([]),
  groups: z.array(group).default([]),
  projects: z
    .array(
      z.strictObject({
        key: z.string(),
        name: z.string(),
        grants: grants(z.enum(["read", "write", "create-repo", "admin"])),
      }),
    )
    .default([]),
  repositories: z.array(repository).default([]),
  /** Variables of the workspace. */
  variables: z.array(variable).default([]),
});

/** What a caller writes. */
export type Seed = z.input<typeof seedSchema>;
/** A seed with its defaults filled in. */
export type ParsedSeed = z.output<typeof seedSchema>;
