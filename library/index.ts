/** What other programs can use of the components; `npm run pack` makes the package. */
export { WorkspaceAccess, type WorkspaceAccessArgs } from "./workspaceAccess";
