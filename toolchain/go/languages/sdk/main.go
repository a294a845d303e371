// Writes the SDK of a package from its schema, by Pulumi's own generators: what the official language hosts do when the
// engine asks them to. Reads one JSON object from the file that is named; prints what is wrong with the schema.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

type request struct {
	// nodejs or python.
	Language  string
	Directory string
	// The schema, as text.
	Schema string
	// Address of the engine's loader of other packages' schemas; empty where the schema refers to none.
	Loader            string
	LocalDependencies map[string]string
	// Whether the SDK is for one project, which builds it itself.
	Local      bool
	ExtraFiles map[string][]byte
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	var asked request
	if err := json.Unmarshal(text, &asked); err != nil {
		return fmt.Errorf("%s: %w", os.Args[1], err)
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal([]byte(asked.Schema), &spec); err != nil {
		return fmt.Errorf("the schema: %w", err)
	}
	loader := schema.ReferenceLoader(schema.NewCachedLoader(alone{}))
	if asked.Loader != "" {
		client, err := schema.NewLoaderClient(asked.Loader)
		if err != nil {
			return err
		}
		defer client.Close()
		loader = schema.NewCachedLoader(client)
	}
	bound, found, err := schema.BindSpec(spec, loader, schema.ValidationOptions{AllowDanglingReferences: true})
	if err != nil {
		return err
	}
	for _, one := range found {
		fmt.Println(one.Error())
	}
	if found.HasErrors() {
		return fmt.Errorf("the schema of %s has errors, and no SDK was written", spec.Name)
	}
	files, err := generate(asked, bound, loader)
	if err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join(asked.Directory, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// alone knows no other package.
type alone struct{ schema.ReferenceLoader }

func (alone) LoadPackageReferenceV2(_ context.Context, asked *schema.PackageDescriptor) (schema.PackageReference, error) {
	return nil, fmt.Errorf("the schema refers to the package %s, and nobody is there to ask about it", asked.Name)
}

func generate(asked request, bound *schema.Package, loader schema.ReferenceLoader) (map[string][]byte, error) {
	const tool = "pulumi-language-nodejs"
	switch asked.Language {
	case "nodejs":
		return nodejs.GeneratePackage(tool, bound, asked.ExtraFiles, asked.LocalDependencies, asked.Local, loader)
	case "python":
		return python.GeneratePackage(tool, bound, asked.ExtraFiles, loader)
	}
	return nil, fmt.Errorf("language: found %q; nodejs and python are known", asked.Language)
}
