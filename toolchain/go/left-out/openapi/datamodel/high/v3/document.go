// Package v3 has the types of a document, as far as `pulumi api` looks at them.
package v3

import (
	"github.com/pb33f/libopenapi/datamodel/high/base"
	"github.com/pb33f/libopenapi/orderedmap"
	"go.yaml.in/yaml/v4"
)

// Document describes an interface.
type Document struct {
	Info       *base.Info
	Components *Components
	Paths      *Paths
}

// Components are what the rest refers to.
type Components struct {
	Schemas *orderedmap.Map[string, *base.SchemaProxy]
}

// Paths are the addresses.
type Paths struct {
	PathItems *orderedmap.Map[string, *PathItem]
}

// PathItem has the methods of an address.
type PathItem struct{ Get, Post, Put, Delete, Patch, Head *Operation }

// Operation is one method of an address.
type Operation struct {
	OperationId, Summary, Description string
	Tags                              []string
	Parameters                        []*Parameter
	RequestBody                       *RequestBody
	Responses                         *Responses
	Deprecated                        *bool
	Extensions                        *orderedmap.Map[string, *yaml.Node]
}

// Parameter is an argument of an operation.
type Parameter struct {
	Name, In, Description string
	Required              *bool
	Schema                *base.SchemaProxy
}

// RequestBody is what an operation takes.
type RequestBody struct {
	Content *orderedmap.Map[string, *MediaType]
}

// Responses are what an operation answers with.
type Responses struct {
	Codes   *orderedmap.Map[string, *Response]
	Default *Response
}

// Response is one answer.
type Response struct {
	Description string
	Content     *orderedmap.Map[string, *MediaType]
}

// MediaType is the schema of one format.
type MediaType struct{ Schema *base.SchemaProxy }
