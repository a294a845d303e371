/** The settings of an owned realm that have no default: what is left out stays in the realm as somebody has set it there. */
import { z } from "zod";
import { emailWords, isEmail } from "../file/email";
import type { shapes } from "../file/shapes";

export interface RealmSettings {
  /** The server that the realm sends its mail by. */
  readonly mail?: Mail;
  /** Names of themes that the server has, by what they are for. */
  readonly themes?: Readonly<Partial<Record<Theme, string>>>;
  /** By Keycloak's alias (`CONFIGURE_TOTP`): asked of everybody who is new, of whom an administrator chooses, or of nobody. */
  readonly requiredActions?: Readonly<Record<string, RequiredAction>>;
}

export interface Mail {
  readonly host: string;
  readonly port: number;
  readonly encryption: (typeof encryptions)[number];
  /** Address of the sender. */
  readonly from: string;
  /** What the sender is called. */
  readonly fromName?: string;
  /** Who signs in to the server, with a password of the environment. Undefined: nobody. */
  readonly user?: string;
}

const encryptions = ["starttls", "ssl", "none"] as const;
type Theme = "login" | "account" | "admin" | "email";
const requiredActions = ["default", "enabled", "disabled"] as const;
type RequiredAction = (typeof requiredActions)[number];

type Strict = Pick<ReturnType<typeof shapes>, "map" | "text" | "choice">;
const portWords = "a port, as in 587";
const aliasWords = "an alias of Keycloak's, as in CONFIGURE_TOTP";

/** Schema of the setting `realm`. Left out: all of it stays as it is. */
export function realmSetting({ map, text, choice }: Strict) {
  const theme = text("the name of a theme that the server has, as in acme").optional();
  return map(
    {
      mail: map(
        {
          host: text("the name of a server, as in smtp.acme.example").describe(
            "The server that the realm sends its mail by.",
          ),
          port: z.int(portWords).min(1, portWords).max(65_535, portWords).describe("Its port."),
          encryption: choice(encryptions).describe("How the connection is encrypted."),
          from: z.string(emailWords).refine(isEmail, emailWords).describe("Address of the sender."),
          fromName: text("what the sender is called, as in Acme")
            .optional()
            .describe("What the sender is called. Default: nothing."),
          user: text("who signs in to the server, as in keycloak")
            .optional()
            .describe(
              "Who signs in to the server. The password stands in no file, but in the environment. Default: nobody.",
            ),
        },
        "{ host: smtp.acme.example, port: 587, encryption: starttls, from: id@acme.example, user: keycloak }",
      ).optional(),
      themes: map(
        {
          login: theme.describe("The theme of the sign-in pages."),
          account: theme.describe("The theme of the page on which people see their account."),
          admin: theme.describe("The theme of the console."),
          email: theme.describe("The theme of the mail."),
        } satisfies Record<Theme, z.ZodType>,
        "{ login: acme }",
      ).optional(),
      requiredActions: z
        .record(
          z.string(aliasWords).regex(/^[\w.-]+$/, aliasWords),
          choice(requiredActions),
          "a map from aliases to default, enabled or disabled, as in { CONFIGURE_TOTP: default }",
        )
        .optional()
        .describe(
          "What is asked of everybody who is new (`default`), of whom an administrator chooses, or of nobody.",
        ),
    },
    "{ themes: { login: acme }, requiredActions: { CONFIGURE_TOTP: default } }",
  ).optional();
}

/** As the schema gives it, without what was left out. */
export function realmSettingsOf(given: z.output<ReturnType<typeof realmSetting>>): RealmSettings | undefined {
  const said = given && (JSON.parse(JSON.stringify(given)) as RealmSettings);
  return said === undefined || Object.keys(said).length === 0 ? undefined : said;
}
