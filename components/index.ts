export { memoryOfStack, type Memory } from "./memory";
export { BitbucketSignIn, type BitbucketSignInArgs } from "./bitbucketSignIn";
export { People, type PeopleArgs } from "./people";
export { PipelineAccess, type PipelineAccessArgs } from "./pipelineAccess";
export { Realm, type RealmArgs } from "./realm";
export { RotatedCredential, type RotatedCredentialArgs, type Turning } from "./rotatedCredential";
export { Teams, type TeamsArgs } from "./teams";
export { TrustedWorkspace, type TrustedWorkspaceArgs } from "./trustedWorkspace";
export { WorkspaceAccess, type WorkspaceAccessArgs } from "./workspaceAccess";
