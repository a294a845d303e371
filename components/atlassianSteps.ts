/** What only a person can do, in Atlassian's console, in order: there is no API for any of it. */
import type { ServiceProvider, SignIn } from "../access";

/** How the realm is known outside. */
export interface SamlAddresses {
  readonly entityId: string;
  readonly ssoUrl: string;
}

/**
 * https://support.atlassian.com/security-and-access-policies/docs/configure-saml-single-sign-on-with-an-identity-provider/
 *
 * @param provider undefined until Atlassian has shown the connection
 */
export function atlassianSteps(
  { url }: Pick<SignIn, "url">,
  { entityId, ssoUrl }: SamlAddresses,
  provider: ServiceProvider | undefined,
): string[] {
  if (provider === undefined)
    return [
      "verify the company's domain at admin.atlassian.com → Settings → Domains, and claim its accounts",
      "admin.atlassian.com → Security → Identity providers → choose the directory (or add one: Other provider) → Set up SAML single sign-on",
      `Identity provider Entity ID: ${entityId}`,
      `Identity provider SSO URL: ${ssoUrl}`,
      "Public x509 certificate: the output bitbucketSignIn.certificate, with its first and last line",
      'Next: Atlassian shows two addresses. Write what follows "saml-" at the end of the second into signIn.connection of the stack file',
      "bring the stack up again; leave Atlassian's page open, its remaining steps follow",
    ];
  return [
    `see that Atlassian shows Service provider entity URL ${provider.entityId}`,
    `and Service provider assertion consumer service URL ${provider.acs}`,
    "link the domain, and save",
    "Security → Authentication policies: make a policy for two people to try with, and switch on Enforce single sign-on in it; keep one administrator of the organisation in a policy without, who can mend things",
    `as one of the two, sign in at ${url}: Atlassian leads to Keycloak and back`,
    "switch it on in the policy of everybody else, and tell them that their Atlassian passwords end",
  ];
}
