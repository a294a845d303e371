// The keycloak plugin, for machines that cannot reach the hosts of the official one.
//
// The official plugin is a bridge over a Terraform provider. That provider and the bridge are both Go modules,
// so the same plugin can be made from the module proxy alone. The newest revision that the proxy serves is
// older than what @pulumi/keycloak was generated from; properties.go adds what components use and it lacks.
package main

import (
	"github.com/keycloak/terraform-provider-keycloak/provider"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
)

// Set by the linker to the version that @pulumi/keycloak asks for. Its name is that of no other plugin: one call of the
// linker sets both.
var keycloakVersion = "0.0.0"

func main() {
	terraform := provider.KeycloakProvider(nil)
	addTo(terraform)
	info := tfbridge.ProviderInfo{
		P:       shimv2.NewProvider(terraform),
		Name:    "keycloak",
		Version: keycloakVersion,
	}
	// Modules as in @pulumi/keycloak: keycloak_openid_client is keycloak:openid/client:Client.
	info.MustComputeTokens(tokens.KnownModules("keycloak_", "index",
		[]string{"ldap_", "oidc_", "openid_", "saml_", "authentication_"},
		tokens.MakeStandard("keycloak")))
	tfbridge.Main("keycloak", keycloakVersion, info, []byte(`{"name":"keycloak"}`))
}
