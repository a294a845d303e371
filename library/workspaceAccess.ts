/**
 * Who may do what in a Bitbucket workspace, from the text of an `access.yaml`, as a component for any program: a group for
 * each team, the permissions of projects and repositories, what protects branches. Keycloak has no part in it, and nothing
 * is read but the arguments: no file, no environment variable, no state.
 */
import * as bitbucket from "@pulumi/bitbucket";
import * as pulumi from "@pulumi/pulumi";
import { compile, groupNameOf, groupOf, readAccess, renderProblems, type Settings } from "../access";
import { parseSettings } from "../access/settings/settings";
import { ProjectAccess } from "../components/projectAccess";
import { lastStateOf } from "../components/rotation/lastState";

export interface WorkspaceAccessArgs {
  /** Text of an `access.yaml`; one whose lists of repositories are patterns is refused. */
  text: string;
  /** Slug of the workspace. Its projects and repositories exist already. */
  workspace: string;
  /** Name of the environment of `text` whose deployers are given the right to deploy. */
  environment: string;
  /** Of the workspace; below `premium`, merge checks are shown and not enforced. Default: `premium`. */
  plan?: "free" | "standard" | "premium";
  /**
   * What is there already and differs: `true` makes it equal to the text, and takes away what others hold; `false` is an
   * error that shows both sides. Default: `false`.
   */
  takeOver?: boolean;
  /** The moment by which grants have ended or not. Default: now. */
  asOf?: Date;
}

export class WorkspaceAccess extends pulumi.ComponentResource {
  /** Slugs of the groups in Bitbucket, by the names of their teams. */
  readonly groups: pulumi.Output<Record<string, string>>;

  /** @throws pulumi.RunError with every problem of the text, before the first resource */
  constructor(name: string, args: WorkspaceAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    const { text, workspace, takeOver = false, asOf = new Date() } = args;
    const settings = settingsOf(args);
    const read = readAccess(text, `access.yaml of ${name}`, settings, undefined, asOf);
    if (!read.ok) throw new pulumi.RunError(`nothing was changed\n${renderProblems(read.problems)}`);
    super("bitbucket-keycloak:index:WorkspaceAccess", name, {}, opts);
    for (const warning of read.warnings) void pulumi.log.warn(renderProblems([warning]), this);

    const { keycloak, bitbucket: desired } = compile(read.model, settings, asOf);
    const parent = { parent: this };
    const groups = new Map(
      keycloak.groups.map((team) => {
        const slug = groupOf(team);
        return [slug, new bitbucket.Group(slug, { workspace, name: groupNameOf(team) }, parent)];
      }),
    );
    // The state is not asked: what a text leaves observed was never owned by this component.
    const context = { lastState: lastStateOf([]), takesOver: takeOver, adoptBy: "set takeOver: true" };
    const { projects = [], repositories = [] } = desired.governed ?? {};
    for (const project of projects) {
      const own = repositories.filter((one) => one.project === project.key);
      const common = { workspace, plan: settings.bitbucket.plan, groups, context };
      new ProjectAccess(project.key, { ...common, project, repositories: own }, parent);
    }
    this.groups = pulumi.output(
      Object.fromEntries(keycloak.groups.map((team) => [team.name, groups.get(groupOf(team))?.slug ?? ""])),
    );
    this.registerOutputs({ groups: this.groups });
  }
}

/** Settings of a stack that governs the workspace, in which nothing of Keycloak is ever used. */
function settingsOf({ workspace, environment, plan = "premium" }: WorkspaceAccessArgs): Settings {
  const nowhere = "https://nowhere.invalid";
  const read = parseSettings(
    {
      environment,
      keycloak: { url: nowhere, realm: "none", people: "external" },
      bitbucket: { url: "https://api.bitbucket.org", workspace, governing: true, plan },
      signIn: { kind: "saml", url: nowhere, connection: "pending", publish: "hand" },
      lifetimes: {
        accessToken: "5 minutes",
        sessionIdle: "30 minutes",
        session: "10 hours",
        events: "30 days",
      },
      pipelines: { credential: "keyless" },
      rotation: {
        credentials: "30 days",
        signingKeys: "90 days",
        overlap: "1 day",
        grace: "3 days",
        runner: "none",
        apiTokenExpires: "unknown",
      },
      rotations: {},
      protect: "false",
    },
    "the arguments of WorkspaceAccess",
  );
  if (read.ok) return read.settings;
  throw new pulumi.RunError(`nothing was changed\n${renderProblems(read.problems)}`);
}
