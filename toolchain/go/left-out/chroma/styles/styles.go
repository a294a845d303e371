// Package styles knows the styles that were registered.
package styles

import "github.com/alecthomas/chroma/v2"

// Registry has styles by their names.
var Registry = map[string]*chroma.Style{}

// Register adds one.
func Register(style *chroma.Style) *chroma.Style {
	Registry[style.Name] = style
	return style
}
