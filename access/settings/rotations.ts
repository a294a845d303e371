/**
 * What people have rotated by hand stands in the stack file under a name. One that nothing has would be kept for ever and
 * do nothing, while somebody believes that a leaked secret was ended.
 */
import { credentialOf, isRotated } from "./credential";
import type { Model, Settings } from "../model";
import { nearest } from "../nearest";
import { listed, shown, sortProblems, type Problem } from "../problem";
import { rotationNames } from "./rotation";
import type { Stack } from "./stacks";

/** All that `rotations` may name in a stack. Example: `payments-api.dev, signing-keys, sign-in`. */
export function rotationNamesOf({ repositories }: Pick<Model, "repositories">, settings: Settings): string[] {
  const { environment, signIn } = settings;
  const pipelines = repositories
    .filter((one) => one.deploys.includes(environment) && isRotated(credentialOf(one, settings)))
    .map(({ slug }) => `${slug}.${environment}`);
  // By SAML people are signed in with the realm's key.
  const { signingKeys, signIn: secret } = rotationNames;
  return [...pipelines.sort(), signingKeys, ...(signIn.kind === "saml" ? [] : [secret])];
}

/** What they were called before, by the repository's slug or the environment's name: `rotations` may name those still. */
function formerNamesOf(
  model: Pick<Model, "repositories" | "environments">,
  { environment }: Settings,
): string[] {
  const stands = model.environments.find(({ name }) => name === environment);
  return model.repositories.flatMap(({ slug, previously: formerSlug = slug, deploys }) =>
    deploys.includes(environment)
      ? [slug, formerSlug].flatMap((one) => [
          `${one}.${environment}`,
          `${one}.${stands?.previously ?? environment}`,
        ])
      : [],
  );
}

/** Names under the setting `rotations` that nothing has, or had. */
export function rotationProblems(
  model: Pick<Model, "repositories" | "environments">,
  { file, settings, positions }: Stack,
): Problem[] {
  const known = rotationNamesOf(model, settings);
  const former = formerNamesOf(model, settings);
  const problems = Object.keys(settings.rotations)
    .filter((name) => !known.includes(name) && !former.includes(name))
    .map((name): Problem => {
      const path = ["rotations", name];
      const meant = nearest(name, known);
      return {
        ...(positions?.at(path, "key") ?? { file, path: path.join(".") }),
        found: `${shown(name)}, which does not rotate in this stack`,
        allowed: listed(known),
        fix: meant === undefined ? "take it out" : `did you mean "${meant}"?`,
      };
    });
  return sortProblems(problems);
}
