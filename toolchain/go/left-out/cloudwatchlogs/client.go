// Package cloudwatchlogs stands in the place of github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs when the Pulumi CLI
// is built here.
//
// One command of the CLI needs that library, `pulumi logs`, for functions that a stack has in AWS; a realm and a
// workspace have none. Compiling it took 14 seconds of processor time. Here each of those functions has no log, and
// the CLI says why.
package cloudwatchlogs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

var errLeftOut = errors.New("this build of the Pulumi CLI leaves out what `pulumi logs` reads from AWS, " +
	"to build in minutes; use the official CLI for it: https://www.pulumi.com/docs/install/")

// The CLI writes the error of a page into its debug log only.
var say = sync.OnceFunc(func() { fmt.Fprintf(os.Stderr, "error: %v\n", errLeftOut) })

// Client asks nobody.
type Client struct{}

// Options have no effect.
type Options struct{}

// NewFromConfig needs nothing of the configuration.
func NewFromConfig(aws.Config, ...func(*Options)) *Client { return &Client{} }

// FilterLogEventsInput says which events are wanted.
type FilterLogEventsInput struct {
	LogGroupName       *string
	StartTime, EndTime *int64
}

// FilterLogEventsOutput is one page.
type FilterLogEventsOutput struct{ Events []types.FilteredLogEvent }

// FilterLogEventsPaginator has one page, which cannot be read.
type FilterLogEventsPaginator struct{ isRead bool }

// NewFilterLogEventsPaginator needs nothing of its arguments.
func NewFilterLogEventsPaginator(*Client, *FilterLogEventsInput) *FilterLogEventsPaginator {
	return &FilterLogEventsPaginator{}
}

// HasMorePages is true once.
func (paginator *FilterLogEventsPaginator) HasMorePages() bool { return !paginator.isRead }

// NextPage answers with an error, and says it to people.
func (paginator *FilterLogEventsPaginator) NextPage(context.Context, ...func(*Options)) (*FilterLogEventsOutput, error) {
	paginator.isRead = true
	say()
	return nil, errLeftOut
}
