/** The whole table. */
import { agents } from "./agents";
import { grants } from "./grants";
import type { Kind } from "./kind";
import { people } from "./people";
import { settings } from "./settings";
import { teams } from "./teams";
import { workspace } from "./workspace";
import { yaml } from "./yaml";

export const table: ReadonlyMap<string, Kind> = new Map(
  [people, teams, agents, workspace, grants, settings, yaml].flatMap((kinds) => Object.entries(kinds)),
);
