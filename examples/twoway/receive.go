package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/callback"
)

// receiver handles callbacks of the service desk. It only records which cases
// to look at, and answers; the work is done afterwards. It does not use the
// content of a callback, because callbacks come late, twice and in any order;
// the ticket is read instead.
func (a *app) receiver(c connectwise.Credentials, client *http.Client) (http.Handler, error) {
	verifier, err := callback.NewVerifier(callback.Config{Site: c.Site, Company: c.Company, Authorize: a.client.Authorize, HTTPClient: client})
	if err != nil {
		return nil, err
	}
	address, err := url.Parse(a.URL)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("POST "+address.EscapedPath(), &callback.Handler{Verifier: verifier, Handle: a.received, Logger: slog.New(slog.NewTextHandler(a.Stderr, nil))})
	return mux, nil
}

// received notes a callback. One about a ticket that is not ours leaves no trace.
func (a *app) received(ctx context.Context, e callback.Event) error {
	if e.Type != "ticket" {
		return nil
	}
	ours := 0
	err := a.store.read(ctx, func(tx *tx) {
		numbers := tx.numbers("ticket = ?", e.ID)
		ours = len(numbers)
		tx.enqueue(numbers...)
	})
	if err == nil && ours > 0 {
		select {
		case a.wake <- struct{}{}:
		default: // it is awake
		}
	}
	return err
}

// subscribe registers the callback at the service desk if it is missing, and
// switches it on again if the server has switched it off.
func (a *app) subscribe(ctx context.Context) error {
	if a.URL == "" {
		return nil
	}
	description := "twoway " + a.store.name
	plan, err := a.client.System.Callbacks.Ensure(ctx, []connectwise.Callback{{
		Description: description, URL: a.URL + "?recordId=", Type: "ticket", Level: "owner", ObjectID: 1,
	}}, func(c *connectwise.Callback) bool { return strings.TrimSpace(c.Description) == description })
	if err == nil && plan.Changes() {
		a.Say("%v", plan)
	}
	return err
}
