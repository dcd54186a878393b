package cove_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/cove"
)

// asked is a request as a server sees it.
type asked struct {
	Method string
	Params struct {
		PartnerID int64
		AccountID int64
		Accounts  []int64
		Query     json.RawMessage // an object for statistics, a text for storage nodes
		Range     struct{ Offset, Size int }
	}
	query struct {
		StartRecordNumber, RecordsCount int
		Columns                         []string
	}
	host string
}

// replies answers each request with a text; it logs in by itself.
type replies func(asked) string

func (f replies) RoundTrip(r *http.Request) (*http.Response, error) {
	var a asked
	if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
		return nil, err
	}
	_ = json.Unmarshal(a.Params.Query, &a.query) // for statistics
	a.host = r.URL.Host
	text := goodLogin
	if a.Method != "Login" {
		text = f(a)
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
}

func through(t *testing.T, transport http.RoundTripper, opts ...cove.Option) *cove.Client {
	t.Helper()
	c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "hunter2-secret"}, append([]cove.Option{
		cove.WithHTTPClient(&http.Client{Transport: transport}), cove.WithLimiter(rate.NewLimiter(rate.Inf, 1)), cove.WithRetry(cove.Retry{Attempts: 1}),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// listing answers with rows of the given ids.
func listing(row string, ids []int64) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = strings.ReplaceAll(row, "ID", fmt.Sprint(id))
	}
	return `{"result":{"result":[` + strings.Join(parts, ",") + `]}}`
}

func numbers(n int) []int64 {
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = int64(n - i) // newest first
	}
	return ids
}

// lists are all lists that are read in ranges: how to answer each, and how many
// rows the client reads.
var lists = map[string]struct {
	row  string
	from func(asked) int
	read func(context.Context, *cove.Client) (int, error)
}{
	"devices": {`{"AccountId":ID,"Settings":[]}`, func(a asked) int { return a.query.StartRecordNumber }, func(ctx context.Context, c *cove.Client) (int, error) {
		all, err := cove.AllDevices[accountID](ctx, c, cove.DeviceQuery{})
		return len(all), err
	}},
	"sessions": {`{"Id":ID}`, func(a asked) int { return a.Params.Range.Offset }, func(ctx context.Context, c *cove.Client) (int, error) {
		all, err := c.Sessions(ctx, system(), cove.SessionQuery{})
		return len(all), err
	}},
	"errors": {`{"Id":ID}`, func(a asked) int { return a.Params.Range.Offset }, func(ctx context.Context, c *cove.Client) (int, error) {
		all, err := c.SessionErrors(ctx, system(), cove.SessionErrorQuery{})
		return len(all), err
	}},
	"tenant's sessions": {`{"Id":ID}`, func(a asked) int { return a.Params.Range.Offset }, func(ctx context.Context, c *cove.Client) (int, error) {
		all, err := c.Sessions(ctx, tenant(), cove.SessionQuery{})
		return len(all), err
	}},
	"tenant's errors": {`{"Id":ID,"Item":"item ID"}`, func(a asked) int { return a.Params.Range.Offset }, func(ctx context.Context, c *cove.Client) (int, error) {
		all, err := c.SessionErrors(ctx, tenant(), cove.SessionErrorQuery{Source: cove.SourceM365Exchange})
		return len(all), err
	}},
}

type accountID struct {
	ID int64 `cove:"account"`
}

func account(text string) *cove.Account {
	a := new(cove.Account)
	if err := json.Unmarshal([]byte(text), a); err != nil {
		panic(err)
	}
	a.Node.Host = "node.example"
	return a
}

func system() *cove.Account { return account(`{"Id":7,"Name":"n","Token":"1b5e0c0a-token"}`) }
func tenant() *cove.Account {
	return account(`{"Id":7,"Name":"n","Token":"1b5e0c0a-token","Type":"Office365"}`)
}
