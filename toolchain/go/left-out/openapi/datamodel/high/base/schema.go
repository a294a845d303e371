// Package base has the types of a schema, as far as `pulumi api` looks at them.
package base

import (
	"github.com/pb33f/libopenapi/orderedmap"
	"go.yaml.in/yaml/v4"
)

// Schema describes a value.
type Schema struct {
	Title, Description, Format, Pattern string
	Type, Required                      []string
	Nullable, ReadOnly, WriteOnly       *bool
	Deprecated                          *bool
	MinLength, MaxLength                *int64
	Minimum, Maximum, MultipleOf        *float64
	Default                             *yaml.Node
	Enum                                []*yaml.Node
	Extensions                          *orderedmap.Map[string, *yaml.Node]
	Properties                          *orderedmap.Map[string, *SchemaProxy]
	AllOf, OneOf, AnyOf                 []*SchemaProxy
	Discriminator                       *Discriminator
	Items                               *DynamicValue[*SchemaProxy, bool]
	AdditionalProperties                *DynamicValue[*SchemaProxy, bool]
}

// Hashed is what a schema was read from.
type Hashed struct{}

// Hash is for the compiler.
func (*Hashed) Hash() uint64 { return 0 }

// GoLow is for the compiler: no schema was read from anything.
func (*Schema) GoLow() *Hashed { return nil }

// MarshalJSONInline is for the compiler.
func (*Schema) MarshalJSONInline() ([]byte, error) { return []byte("{}"), nil }

// SchemaProxy stands for a schema.
type SchemaProxy struct{}

// Schema is for the compiler.
func (*SchemaProxy) Schema() *Schema { return nil }

// Discriminator tells the variants of a schema apart.
type Discriminator struct {
	PropertyName string
	Mapping      *orderedmap.Map[string, string]
}

// DynamicValue is one of two.
type DynamicValue[A, B any] struct {
	A A
	B B
	N int
}

// IsA says which of the two it is.
func (value *DynamicValue[A, B]) IsA() bool { return value.N == 0 }

// IsB says which of the two it is.
func (value *DynamicValue[A, B]) IsB() bool { return value.N == 1 }

// Info describes a document.
type Info struct{ Version string }
