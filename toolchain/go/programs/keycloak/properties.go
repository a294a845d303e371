package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/keycloak/terraform-provider-keycloak/keycloak"
)

// What components use of @pulumi/keycloak and this revision of the provider does not know: a property that is true or
// false, and that Keycloak keeps as a text under a key. Defaults are those of 6.13; the last column is what Keycloak makes
// of a new object by itself.
var added = []property{
	{"keycloak_openid_client", "standard_token_exchange_enabled", "standard.token.exchange.enabled", false, clientConfig, false},
	{"keycloak_openid_group_membership_protocol_mapper", "add_to_token_introspection", "introspection.token.claim", false, mapperConfig, true},
	{"keycloak_openid_audience_protocol_mapper", "add_to_token_introspection", "introspection.token.claim", true, mapperConfig, true},
}

type property struct {
	resource, name, key string
	byDefault           bool
	config              func(context.Context, *keycloak.KeycloakClient, *schema.ResourceData) (config, error)
	fresh               bool
}

// The texts of one object of Keycloak.
type config struct {
	get func(key string) string
	// Writes one text, and nothing else that is different.
	set func(key, value string) error
}

func clientConfig(ctx context.Context, api *keycloak.KeycloakClient, data *schema.ResourceData) (config, error) {
	client, err := api.GetOpenidClient(ctx, data.Get("realm_id").(string), data.Id())
	if err != nil {
		return config{}, err
	}
	texts := client.Attributes.ExtraConfig
	return config{
		get: func(key string) string { return fmt.Sprint(texts[key]) },
		set: func(key, value string) error {
			texts[key] = value
			return api.UpdateOpenidClient(ctx, client)
		},
	}, nil
}

func mapperConfig(ctx context.Context, api *keycloak.KeycloakClient, data *schema.ResourceData) (config, error) {
	text := func(name string) string { return data.Get(name).(string) }
	mapper, err := api.GetGenericProtocolMapper(ctx, text("realm_id"), text("client_id"), text("client_scope_id"), data.Id())
	if err != nil {
		return config{}, err
	}
	return config{
		get: func(key string) string { return mapper.Config[key] },
		set: func(key, value string) error {
			mapper.Config[key] = value
			return api.UpdateGenericProtocolMapper(ctx, mapper)
		},
	}, nil
}

type operation = func(context.Context, *schema.ResourceData, interface{}) diag.Diagnostics

// Adds the properties to the provider.
func addTo(provider *schema.Provider) {
	for _, each := range added {
		resource := provider.ResourcesMap[each.resource]
		resource.Schema[each.name] = &schema.Schema{Type: schema.TypeBool, Optional: true, Default: each.byDefault}
		resource.CreateContext = each.after(resource.CreateContext, each.write)
		resource.UpdateContext = each.after(resource.UpdateContext, each.write)
		resource.ReadContext = each.after(resource.ReadContext, each.read)
	}
	// As in 6.13, where a role without members can say so.
	provider.ResourcesMap["keycloak_role"].Schema["composite_roles"].MinItems = 0
	identityProvider := provider.ResourcesMap["keycloak_oidc_identity_provider"]
	// This revision looks for it where Keycloak had it before version 26, and reads that it is off.
	identityProvider.CreateContext = keep(identityProvider.CreateContext, "hide_on_login_page")
	identityProvider.UpdateContext = keep(identityProvider.UpdateContext, "hide_on_login_page")
	identityProvider.ReadContext = keep(identityProvider.ReadContext, "hide_on_login_page")
}

// Keeps a property as it is wanted, or else as the state has it.
func keep(first operation, name string) operation {
	return func(ctx context.Context, data *schema.ResourceData, meta interface{}) diag.Diagnostics {
		before := data.Get(name)
		diagnostics := first(ctx, data, meta)
		if diagnostics.HasError() || data.Id() == "" {
			return diagnostics
		}
		return append(diagnostics, diag.FromErr(data.Set(name, before))...)
	}
}

func (each property) after(first operation, then func(context.Context, *keycloak.KeycloakClient, *schema.ResourceData) error) operation {
	return func(ctx context.Context, data *schema.ResourceData, meta interface{}) diag.Diagnostics {
		diagnostics := first(ctx, data, meta)
		if diagnostics.HasError() || data.Id() == "" {
			return diagnostics
		}
		return append(diagnostics, diag.FromErr(then(ctx, meta.(*keycloak.KeycloakClient), data))...)
	}
}

func (each property) read(ctx context.Context, api *keycloak.KeycloakClient, data *schema.ResourceData) error {
	config, err := each.config(ctx, api, data)
	if err != nil {
		return err
	}
	return data.Set(each.name, config.get(each.key) == "true")
}

// Writes what differs. The provider's own update of a mapper takes away what it does not know.
func (each property) write(ctx context.Context, api *keycloak.KeycloakClient, data *schema.ResourceData) error {
	wanted := data.Get(each.name).(bool)
	if data.IsNewResource() && wanted == each.fresh {
		return nil
	}
	config, err := each.config(ctx, api, data)
	if err != nil || (config.get(each.key) == "true") == wanted {
		return err
	}
	return config.set(each.key, strconv.FormatBool(wanted))
}
