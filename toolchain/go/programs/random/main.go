// The random plugin, for machines that cannot reach the hosts of the official one.
//
// It is a bridge over a Terraform provider whose code lies under internal/: only a package whose path begins
// with the provider's own may import it, which is why the module of this folder has the name it has.
package main

import (
	"context"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/terraform-providers/terraform-provider-random/internal/provider"
)

// Set by the linker to the version that @pulumi/random asks for. Its name is that of no other plugin: one call of the
// linker sets both.
var randomVersion = "0.0.0"

func main() {
	info := tfbridge.ProviderInfo{
		P:       pf.ShimProvider(provider.New()),
		Name:    "random",
		Version: randomVersion,
		// What a release remembers of older ones; this one is nobody's successor.
		MetadataInfo: tfbridge.NewProviderMetadata([]byte(`{}`)),
	}
	// As in @pulumi/random: random_password is random:index/randomPassword:RandomPassword.
	info.MustComputeTokens(tokens.SingleModule("random_", "index",
		func(module, name string) (string, error) {
			return tokens.MakeStandard("random")(module, "Random"+name)
		}))
	pf.Main(context.Background(), "random", info, pf.ProviderMetadata{
		PackageSchema: []byte(`{"name":"random"}`),
	})
}
