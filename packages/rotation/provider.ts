/** The package as a whole. It has no settings and asks nobody anything. */
import { z } from "zod";

import { defineProvider } from "@bitbucket-keycloak/pulumi-plugin/define";
import { version } from "./package.json";
import { schedule } from "./schedule";

export const rotation = defineProvider({
  name: "rotation",
  version,
  displayName: "Rotation",
  description:
    "Schedules by which secrets and keys rotate, remembered by the stack's state and by nothing else.",
  config: z.strictObject({}),
  resources: [schedule],
  connect: () => () => undefined,
});
