/** What nobody kept, nobody can look up: an auditor asks for a year. */
import { isProduction } from "../production";
import type { ResourceRule } from "../rule";
import { isAbsent, valueOf } from "../values";
import { eventsType } from "./realms";

const year = 365 * 86_400;
const good = {
  realmId: "acme",
  eventsEnabled: true,
  eventsExpiration: year,
  adminEventsEnabled: true,
  adminEventsDetailsEnabled: true,
};

export const eventsKept: ResourceRule = {
  kind: "resource",
  name: "events-kept",
  says: "what happens in a realm is recorded, and in production kept for twelve months",
  fix: 'switch events and admin events on; set "events" under "lifetimes" in the stack file to 365 days or more',
  controls: ["SOC 2 CC7.2", "ISO 27001 A.8.15"],
  level: "mandatory",
  types: [eventsType],
  check: (events, context) => {
    const expiration = valueOf(events, "eventsExpiration");
    const off = (key: string) => valueOf(events, key) === false || isAbsent(events, key);
    return [
      ...(off("eventsEnabled") ? ["sign-ins that nobody records"] : []),
      ...(off("adminEventsEnabled") || off("adminEventsDetailsEnabled")
        ? ["changes of administrators that nobody records"]
        : []),
      // Nought, and nothing, is for ever.
      ...(typeof expiration === "number" && expiration > 0 && expiration < year && isProduction(context)
        ? [`events kept for ${Math.floor(expiration / 86_400)} days`]
        : []),
    ];
  },
  examples: {
    bad: [
      { type: eventsType, inputs: { ...good, eventsExpiration: 30 * 86_400 } },
      { type: eventsType, inputs: { ...good, adminEventsEnabled: false } },
    ],
    good: [{ type: eventsType, inputs: good }],
  },
};
