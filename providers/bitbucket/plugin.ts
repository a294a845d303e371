/** The plugin's entry: what `pulumi-resource-bitbucket` starts. */
import { serve } from "../plugin/serve";
import { bitbucket } from "./provider";

serve(bitbucket);
