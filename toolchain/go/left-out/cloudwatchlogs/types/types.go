// Package types has the one that `pulumi logs` looks at.
package types

// FilteredLogEvent is a line of a log.
type FilteredLogEvent struct {
	Message   *string
	Timestamp *int64
}
