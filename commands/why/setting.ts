/** All that a question is answered by, as a checkout has it. */
import { accessFile, type DataTexts, type Members, type Model } from "../../access";
import { Positions } from "../../access/file/positions";
import type { Setting } from "../../access/why";
import { readStack } from "../../checkout/stack";

/**
 * @param members who is in the teams whose people Keycloak keeps. Default: nobody here knows
 * @param texts of the data files. Default: those of the checkout
 * @throws InvalidAccess with every problem of the files
 */
export function settingOf(
  folder: string,
  stack: string,
  env: NodeJS.ProcessEnv,
  { members = () => undefined, texts }: { readonly members?: Members; readonly texts?: DataTexts } = {},
): Setting {
  const { model, settings, asOf, places } = readStack(folder, stack, env, { ...(texts && { texts }) });
  const positions = places?.access ?? new Positions(accessFile);
  return { model, settings, exceptions: [], asOf, members: declaredOr(model, members), positions };
}

function declaredOr(model: Model, others: Members): Members {
  const declared = new Map(model.teams.map(({ name, members }) => [name, members]));
  return (team) => declared.get(team) ?? others(team);
}
