/** Declares the company of a file: four resources a repository, and nothing else. */
import "../../../program/sdk/promiseTraces";
import * as bitbucket from "@pulumi/bitbucket";
import { readFileSync } from "node:fs";
import type { Company } from "../company";

/** Path of the file. */
const file = process.env.BITBUCKET_KEYCLOAK_BENCH_COMPANY ?? "";
const { apiUrl, workspace, repositories } = JSON.parse(readFileSync(file, "utf8")) as Company;

const options = { provider: new bitbucket.Provider("bitbucket", { apiUrl }) };

for (const { repository, holders, restrictions, environment, variables } of repositories) {
  const place = { workspace, repository };
  new bitbucket.RepositoryPermissions(repository, { ...place, holders: [...holders] }, options);
  new bitbucket.BranchRestrictions(
    repository,
    {
      ...place,
      restrictions: restrictions.map(({ groups, ...rest }) => ({
        ...rest,
        ...(groups && { groups: [...groups] }),
      })),
    },
    options,
  );
  const { uuid } = new bitbucket.Deployment(
    repository,
    { ...place, name: environment, type: "Production" },
    options,
  );
  new bitbucket.DeploymentVariables(
    repository,
    { ...place, environment: uuid, variables: [...variables] },
    options,
  );
}
