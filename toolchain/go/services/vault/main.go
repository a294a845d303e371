// The JWT auth method of Vault, which OpenBao forked, without the server around it: what `vault write` would hand to
// it comes as JSON on standard input, and what a login gives goes to standard output.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	jwtauth "github.com/hashicorp/vault-plugin-auth-jwt"
	"github.com/hashicorp/vault/sdk/logical"
)

// What is written to the method's paths, by path, in order; then the login.
type input struct {
	Writes []struct {
		Path string                 `json:"path"`
		Data map[string]interface{} `json:"data"`
	} `json:"writes"`
	Login map[string]interface{} `json:"login"`
}

type output struct {
	Alias    string   `json:"alias"`
	Policies []string `json:"policies"`
	Seconds  float64  `json:"seconds"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var in input
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	storage := &logical.InmemStorage{}
	system := &logical.StaticSystemView{DefaultLeaseTTLVal: time.Hour, MaxLeaseTTLVal: time.Hour}
	method, err := jwtauth.Factory(ctx, &logical.BackendConfig{StorageView: storage, System: system})
	if err != nil {
		return err
	}
	ask := func(path string, data map[string]interface{}) (*logical.Response, error) {
		request := &logical.Request{
			Operation:  logical.CreateOperation,
			Path:       path,
			Storage:    storage,
			Data:       data,
			Connection: &logical.Connection{},
		}
		// As the server does: what is not there yet is created, and what cannot be is updated.
		checked, exists, err := method.HandleExistenceCheck(ctx, request)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if exists || !checked {
			request.Operation = logical.UpdateOperation
		}
		response, err := method.HandleRequest(ctx, request)
		if err == nil && response != nil && response.IsError() {
			err = response.Error()
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return response, nil
	}
	for _, write := range in.Writes {
		if _, err := ask(write.Path, write.Data); err != nil {
			return err
		}
	}
	response, err := ask("login", in.Login)
	if err != nil {
		return err
	}
	if response == nil || response.Auth == nil {
		return fmt.Errorf("login: no answer")
	}
	auth := response.Auth
	return json.NewEncoder(os.Stdout).Encode(output{auth.Alias.Name, auth.Policies, auth.TTL.Seconds()})
}
