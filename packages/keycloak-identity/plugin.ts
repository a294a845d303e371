/** The plugin's entry: what `pulumi-resource-keycloak-identity` starts. */
import { serve } from "@bitbucket-keycloak/pulumi-plugin/serve";
import { keycloakIdentity } from "./provider";

serve(keycloakIdentity);
