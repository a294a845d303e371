/** The plugin's entry: what `pulumi-resource-rotation` starts. */
import { serve } from "../plugin/serve";
import { rotation } from "./provider";

serve(rotation);
