// Package libopenapi stands in the place of github.com/pb33f/libopenapi when the Pulumi CLI is built here.
//
// One command of the CLI needs that library, `pulumi api`, which calls Pulumi Cloud's REST interface by the
// document that describes it. Compiling it took a quarter of the processor time of the whole CLI, and minutes of
// a single core at the end of a first set-up. This module has the types that the command names, so that it
// compiles, and no document can be read: `pulumi api` ends with the error below, and everything else in the CLI,
// Pulumi Cloud as a backend too, is as it was. The types have no more in them than the CLI's source asks for.
package libopenapi

import (
	"errors"

	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// Document can only be had from NewDocument, so there is none.
type Document struct{}

// DocumentModel is what a document would have been read into.
type DocumentModel struct{ Model v3.Document }

var errLeftOut = errors.New("this build of the Pulumi CLI leaves out what `pulumi api` reads OpenAPI with, " +
	"to build in minutes; use the official CLI for it: https://www.pulumi.com/docs/install/")

// NewDocument always answers with an error.
func NewDocument([]byte) (*Document, error) { return nil, errLeftOut }

// BuildV3Model is for the compiler.
func (*Document) BuildV3Model() (*DocumentModel, error) { return nil, errLeftOut }
