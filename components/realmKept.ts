/**
 * What a realm has and nobody declares. The plugin writes a realm whole: a mail server, themes and languages that it is not
 * told of are taken away with the next change of anything else. So it is told of those that are there.
 */

/** A realm as Keycloak's admin API shows it, as far as it is looked at. The password of its mail server is never in it. */
export interface RealmNow {
  readonly displayNameHtml?: string;
  readonly smtpServer?: Readonly<Record<string, string>>;
  readonly loginTheme?: string;
  readonly accountTheme?: string;
  readonly adminTheme?: string;
  readonly emailTheme?: string;
  readonly internationalizationEnabled?: boolean;
  readonly supportedLocales?: readonly string[];
  readonly defaultLocale?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** The inputs of the plugin's realm that say it, with their plain values. */
interface Kept {
  readonly displayNameHtml?: string;
  readonly smtpServer?: PlainMail;
  readonly loginTheme?: string;
  readonly accountTheme?: string;
  readonly adminTheme?: string;
  readonly emailTheme?: string;
  readonly internationalization?: { readonly supportedLocales: string[]; readonly defaultLocale: string };
}

interface PlainMail {
  readonly host: string;
  readonly from: string;
  readonly port?: string;
  readonly [more: string]: unknown;
}

/** Inputs that say what is there; nothing where nothing is. */
export function keptOf(now: RealmNow | undefined): Kept {
  const {
    smtpServer: mail,
    internationalizationEnabled,
    supportedLocales = [],
    defaultLocale = "",
  } = now ?? {};
  const texts = (
    ["displayNameHtml", "loginTheme", "accountTheme", "adminTheme", "emailTheme"] as const
  ).flatMap((key) => (now?.[key] ? [[key, now[key]]] : []));
  return {
    ...(Object.fromEntries(texts) as Kept),
    ...(mail?.host && { smtpServer: mailOf(mail) }),
    ...(internationalizationEnabled && {
      internationalization: { supportedLocales: [...supportedLocales].sort(), defaultLocale },
    }),
  };
}

/** Attributes that people set in a realm, and that would go with any other that is written. */
const attributes = ["frontendUrl", "acr.loa.map"];

export function keptAttributes(now: RealmNow | undefined): Record<string, string> {
  const there = now?.attributes ?? {};
  return Object.fromEntries(
    attributes.flatMap((key) => (there[key] && there[key] !== "{}" ? [[key, there[key]]] : [])),
  );
}

/** By this Keycloak keeps the password that it has: https://www.keycloak.org/docs-api/latest/rest-api/ shows no other. */
const kept = "**********";

function mailOf(mail: Readonly<Record<string, string>>): PlainMail {
  const { host = "", from = "", port, user, authType } = mail;
  const is = (key: string) => mail[key] === "true";
  const texts = ["fromDisplayName", "replyTo", "replyToDisplayName", "envelopeFrom"];
  const token = {
    username: user ?? "",
    url: mail.authTokenUrl ?? "",
    clientId: mail.authTokenClientId ?? "",
    clientSecret: kept,
    scope: mail.authTokenScope ?? "",
  };
  return {
    host,
    from,
    ...(port !== undefined && { port }),
    ...Object.fromEntries(texts.flatMap((key) => (mail[key] ? [[key, mail[key]]] : []))),
    ...(is("starttls") && { starttls: true }),
    ...(is("ssl") && { ssl: true }),
    ...(is("allowutf8") && { allowUtf8: true }),
    ...(is("auth") &&
      (authType === "token" ? { tokenAuth: token } : { auth: { username: user ?? "", password: kept } })),
  };
}
