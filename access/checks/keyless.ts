/** Pipelines that sign in by their step's own token, where everybody who may write could get such a token. */
import { boundOf, credentialOf, isKeyless } from "../settings/credential";
import { shown } from "../problem";
import type { Check, Finding } from "./check";

export const boundPipelines: Check = {
  name: "bound-pipelines",
  says: "a pipeline that signs in without a secret is bound to a restricted environment or a protected branch",
  level: "problem",
  find: ({ model, settings }) =>
    model.repositories.flatMap((repository, index) => {
      const { credential: own, deploys } = repository;
      const keyless = deploys.filter((environment) =>
        own === undefined
          ? environment === settings?.environment && isKeyless(credentialOf(repository, settings))
          : isKeyless(own),
      );
      return keyless.flatMap((environment): Finding[] =>
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
    }),
  examples: {
    good: {
      text: "projects:\n  ONE:\n    owner: leads\n    protected: { main: {} }\n    repositories:\n      api: { deploys: [dev] }",
      settings: { environment: "dev", "pipelines.credential": "keyless" },
    },
    bad: {
      text: "projects:\n  ONE:\n    owner: leads\n    repositories:\n      api: { deploys: [dev] }",
      settings: { environment: "dev", "pipelines.credential": "keyless" },
      found: [
        '5:23  projects.ONE.repositories.api.deploys: found the pipeline credential "keyless" for "dev", to which everybody who may write can deploy from a branch of their own; allowed: a restricted environment, or a protected branch that is written out, as in main; restrict dev, protect a branch, or write "credential: rotated" at the repository',
      ],
    },
  },
};
