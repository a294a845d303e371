/** Pipelines that sign in by their step's own token, where everybody who may write could get such a token. */
import { boundOf, credentialOf, isKeyless } from "../settings/credential";
import { shown } from "../problem";
import type { Check, Finding } from "./check";

export const unboundKeylessPipelines: Check = ({ model, settings }) =>
  model.repositories.flatMap((repository, index) => {
    const { credential: own, deploys } = repository;
    const judged = deploys.filter((environment) =>
      own === undefined
        ? environment === settings?.environment && isKeyless(credentialOf(repository, settings))
        : isKeyless(own),
    );
    return judged.flatMap((environment): Finding[] =>
      boundOf(repository, environment, model) !== undefined ||
      !model.environments.some(({ name }) => name === environment)
        ? []
        : [
            {
              at: ["repositories", index, own === undefined ? "deploys" : "credential"],
              found: `the pipeline credential ${shown(own ?? settings?.pipelines.credential ?? "keyless")} for ${shown(environment)}, to which everybody who may write can deploy from a branch of their own`,
              allowed: "a restricted environment, or a protected branch that is written out, as in main",
              fix: `restrict ${environment}, protect a branch, or write "credential: rotated" at the repository`,
            },
          ],
    );
  });
