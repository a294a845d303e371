/** The plugin's entry: what `pulumi-resource-bitbucket` starts. */
import { serve } from "@bitbucket-keycloak/pulumi-plugin/serve";
import { bitbucket } from "./provider";

serve(bitbucket);
