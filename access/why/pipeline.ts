/** What a pipeline may do: it signs in to Keycloak for the deployments of its own repository, and for nothing else. */
import type { Target } from "../model";
import { targetOf } from "../tree";
import { environmentOf, type Capability } from "../vocabulary";
import type { Reason, Setting } from "./reason";

/** @returns one reason, or none */
export function pipelineReason(
  asked: { readonly pipeline: Target; readonly capability: Capability; readonly target: Target },
  { model, positions }: Pick<Setting, "model" | "positions">,
): Reason[] {
  const { pipeline, capability, target } = asked;
  const environment = environmentOf(capability);
  const index = model.repositories.findIndex((one) => targetOf(one) === target);
  const number = model.repositories[index]?.deploys.indexOf(environment ?? "") ?? -1;
  if (pipeline !== target || number < 0) return [];
  const place = positions.at(["repositories", index, "deploys", number]);
  const what = `${target} deploys to ${environment ?? ""}`;
  return [
    {
      kind: "granted",
      path: [`pipeline of ${target}`, `deploys: ${environment ?? ""}`, `client role deploy:${target}`],
      links: [{ what, ...place, lines: place.line === undefined ? [] : [place.line] }],
    },
  ];
}
