// Package chroma stands in the place of github.com/alecthomas/chroma/v2 when the Pulumi CLI is built here.
//
// The CLI colours code with it, in descriptions of packages and of Pulumi Cloud's environments. It brings the grammars
// of two hundred languages, which cost seconds to compile. Here code has no colours.
package chroma

// TokenType says what a piece of code is.
type TokenType int

// What code consists of.
const (
	Background TokenType = iota
	Comment
	CommentPreproc
	Error
	GenericDeleted
	GenericEmph
	GenericInserted
	GenericStrong
	GenericSubheading
	Keyword
	KeywordNamespace
	KeywordReserved
	KeywordType
	Literal
	LiteralDate
	LiteralNumber
	LiteralString
	LiteralStringEscape
	Name
	NameAttribute
	NameBuiltin
	NameClass
	NameConstant
	NameDecorator
	NameException
	NameFunction
	NameOther
	NameTag
	Operator
	Punctuation
	Text
)

// StyleEntries say how each looks.
type StyleEntries map[TokenType]string

// Style is a name, without colours.
type Style struct{ Name string }

// MustNewStyle needs nothing but the name.
func MustNewStyle(name string, _ StyleEntries) *Style { return &Style{Name: name} }
