/** The plugin's entry: what `pulumi-resource-rotation` starts. */
import { serve } from "@bitbucket-keycloak/pulumi-plugin/serve";
import { rotation } from "./provider";

serve(rotation);
