// The part of a Kubernetes API server that takes JWTs: reads an AuthenticationConfiguration as the server does, holds a
// token from standard input against it, and prints the user that it stands for.
//
//	kubernetes <configuration.yaml> <certificate authority.pem>
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/apis/apiserver"
	"k8s.io/apiserver/pkg/apis/apiserver/install"
	"k8s.io/apiserver/pkg/apis/apiserver/validation"
	"k8s.io/apiserver/pkg/authentication/authenticator"
	authenticationcel "k8s.io/apiserver/pkg/authentication/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/plugin/pkg/authenticator/token/oidc"
)

type authority []byte

func (ca authority) CurrentCABundleContent() []byte { return ca }

type output struct {
	Name   string   `json:"name"`
	Groups []string `json:"groups"`
}

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(configurationFile, authorityFile string) error {
	configuration, err := read(configurationFile)
	if err != nil {
		return err
	}
	compiler := authenticationcel.NewCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	if problems := validation.ValidateAuthenticationConfiguration(compiler, configuration, nil); len(problems) > 0 {
		return problems.ToAggregate()
	}
	ca, err := os.ReadFile(authorityFile)
	if err != nil {
		return err
	}
	token, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if len(configuration.JWT) != 1 {
		return fmt.Errorf("found %d authenticators, expected one", len(configuration.JWT))
	}
	// With a configuration file the API server takes every algorithm that it knows.
	tokens, err := oidc.New(ctx, oidc.Options{
		JWTAuthenticator:     configuration.JWT[0],
		CAContentProvider:    authority(ca),
		SupportedSigningAlgs: oidc.AllValidSigningAlgorithms(),
	})
	if err != nil {
		return err
	}
	for tokens.HealthCheck() != nil {
		select {
		case <-ctx.Done():
			return tokens.HealthCheck()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return authenticate(ctx, tokens, strings.TrimSpace(string(token)))
}

func read(file string) (*apiserver.AuthenticationConfiguration, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	scheme := runtime.NewScheme()
	install.Install(scheme)
	codecs := serializer.NewCodecFactory(scheme, serializer.EnableStrict)
	decoded, err := runtime.Decode(codecs.UniversalDecoder(), text)
	if err != nil {
		return nil, err
	}
	configuration, ok := decoded.(*apiserver.AuthenticationConfiguration)
	if !ok {
		return nil, fmt.Errorf("%s is a %T", file, decoded)
	}
	return configuration, nil
}

func authenticate(ctx context.Context, tokens authenticator.Token, token string) error {
	response, ok, err := tokens.AuthenticateToken(ctx, token)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("the token is not one for this API server")
	}
	return json.NewEncoder(os.Stdout).Encode(output{response.User.GetName(), response.User.GetGroups()})
}
