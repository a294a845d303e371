/**
 * `@pulumi/bitbucket`: access control of Bitbucket Cloud for Pulumi programs.
 *
 * Loaded by each run of a program, so it holds definitions only: the connection to Bitbucket is the plugin's. Each
 * resource and function has a page with its properties and an example in `docs/provider/`.
 */
import * as pulumi from "@pulumi/pulumi";

import { callable, resourceClass } from "@bitbucket-keycloak/pulumi-plugin/sdk";
import { getEffectivePermissions as effectivePermissions } from "./functions/get-effective-permissions";
import { getGroups as groups } from "./functions/get-groups";
import { getMembers as members } from "./functions/get-members";
import { getPipelineOidcConfig as pipelineOidcConfig } from "./functions/get-pipeline-oidc-config";
import { getProjects as projects } from "./functions/get-projects";
import { getRepositories as repositories } from "./functions/get-repositories";
import { getWorkspace as workspace } from "./functions/get-workspace";
import { branchRestrictions } from "./resources/branch-restrictions";
import { dataCenterClient } from "./resources/data-center-client";
import { deployment } from "./resources/deployment";
import { deploymentVariables } from "./resources/deployment-variables";
import { groupResource } from "./resources/group";
import { groupMembers } from "./resources/group-members";
import { pipelineSchedule } from "./resources/pipeline-schedule";
import { pipelinesConfig } from "./resources/pipelines-config";
import { pipelinesIssuer } from "./resources/pipelines-issuer";
import { projectIdentity } from "./resources/project-identity";
import { projectPermissions } from "./resources/project-permissions";
import { repositoryIdentity } from "./resources/repository-identity";
import { repositoryPermissions } from "./resources/repository-permissions";
import { repositoryVariables } from "./resources/repository-variables";
import { workspaceHook } from "./resources/workspace-hook";
import { workspaceVariables } from "./resources/workspace-variables";

export interface ProviderArgs {
  /** Address of the API. Default: `https://api.bitbucket.org`; plain http only on this machine. */
  readonly apiUrl?: pulumi.Input<string | undefined>;
}

/**
 * A connection to Bitbucket Cloud. Its credentials come from the environment variables `BITBUCKET_EMAIL` and
 * `BITBUCKET_API_TOKEN` and are never configuration, which would put them into the state.
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    super("bitbucket", name, { apiUrl: args.apiUrl }, opts);
  }
}

/**
 * A group of a workspace, by its kebab-case name; its members are nobody's business here. A group that exists is
 * taken over and stays when the resource goes.
 */
export class Group extends resourceClass(groupResource) {}

/** The UUID of a project, which stays when its key changes. Makes nothing. */
export class ProjectIdentity extends resourceClass(projectIdentity) {}

/** All permissions that groups and users hold on a project itself. */
export class ProjectPermissions extends resourceClass(projectPermissions) {}

/** All permissions that groups and users hold on a repository itself. */
export class RepositoryPermissions extends resourceClass(repositoryPermissions) {}

/** All branch restrictions of a repository. An empty list of people means that nobody may. */
export class BranchRestrictions extends resourceClass(branchRestrictions) {}

/** A deployment environment of a repository. */
export class Deployment extends resourceClass(deployment) {}

/** All variables of a deployment environment; secured unless said otherwise. */
export class DeploymentVariables extends resourceClass(deploymentVariables) {}

/**
 * All members of a group. For those who keep people in their program; where something else decides who is in a
 * team, leave it out.
 */
export class GroupMembers extends resourceClass(groupMembers) {}

/** All pipeline variables of a repository; secured unless said otherwise. */
export class RepositoryVariables extends resourceClass(repositoryVariables) {}

/** All pipeline variables of a workspace; secured unless said otherwise. Every build can read them. */
export class WorkspaceVariables extends resourceClass(workspaceVariables) {}

/** Whether pipelines run in a repository. */
export class PipelinesConfig extends resourceClass(pipelinesConfig) {}

/** A pipeline that starts by a schedule, in UTC. */
export class PipelineSchedule extends resourceClass(pipelineSchedule) {}

/** What a service needs to know of a workspace to trust its pipelines' tokens. Makes nothing. */
export class PipelinesIssuer extends resourceClass(pipelinesIssuer) {}

/** The UUID of a repository, by which tokens of its pipelines name it. Makes nothing. */
export class RepositoryIdentity extends resourceClass(repositoryIdentity) {}

/** A webhook of a workspace. */
export class WorkspaceHook extends resourceClass(workspaceHook) {}

/** The client that a Bitbucket Data Center signs people in with, in a configuration that is there. */
export class DataCenterClient extends resourceClass(dataCenterClient) {}

// Functions ask Bitbucket in each preview, too.

/** A workspace: its UUID and name. */
export const getWorkspace = callable(workspace);

/** All projects of a workspace. */
export const getProjects = callable(projects);

/** All repositories of a workspace, or of one of its projects. */
export const getRepositories = callable(repositories);

/** All groups of a workspace, with their members. */
export const getGroups = callable(groups);

/** All members of a workspace, or the one with an e-mail address. */
export const getMembers = callable(members);

/** What every person may do on every repository of a workspace, or on one of them. */
export const getEffectivePermissions = callable(effectivePermissions);

/** What a service needs to verify the tokens of a workspace's pipelines. */
export const getPipelineOidcConfig = callable(pipelineOidcConfig);
