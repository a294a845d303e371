import type { Context } from "./rule";

/** Whether a stack stands for a production environment; one that says nothing of itself is taken for one. */
export function isProduction({ model, settings }: Context): boolean {
  const environment = model?.environments.find(({ name }) => name === settings?.environment);
  return environment === undefined || environment.type === "production";
}
