type Environment = Readonly<Record<string, string | undefined>>;

/** A text in which no credential of this process stands, whoever put it there. */
export function withoutCredentials(text: string, env: Environment): string {
  const secrets = Object.entries(env)
    .filter(
      ([name, value = ""]) =>
        /(PASSWORD|PASSPHRASE|SECRET|TOKEN|_KEY|CREDENTIAL)$/.test(name) && value.length >= 8,
    )
    .sort(([, a = ""], [, b = ""]) => b.length - a.length);
  return secrets.reduce((clean, [name, value = ""]) => clean.replaceAll(value, `$${name}`), text);
}
