/** Settings of the identity provider that cannot be saved, and what the administrator is told. */
export const configurations: readonly {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
  readonly message: RegExp;
}[] = [
  { name: "without an issuer", config: { issuer: "" }, message: /issuer: found/ },
  {
    name: "an issuer that is not a workspace's",
    config: { issuer: "https://id.example" },
    message: /issuer: found/,
  },
  { name: "a workspace without braces", config: { workspaceUuid: "6b7e" }, message: /workspaceUuid: found/ },
  { name: "a binding to the subject", config: { boundTo: "subject" }, message: /boundTo: found .*subject/ },
  { name: "an age of a day", config: { maximumAge: "86400" }, message: /maximumAge: found .*60 to 7200/ },
  { name: "an age that is no number", config: { maximumAge: "1h" }, message: /maximumAge: found/ },
  {
    name: "a skew of an hour",
    config: { allowedClockSkew: "3600" },
    message: /allowedClockSkew: found .*0 to 60/,
  },
];
