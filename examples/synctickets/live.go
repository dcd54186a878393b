package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/cove"
)

// credentials are what both services want to know.
type credentials struct {
	cove        cove.Credentials
	coveURL     string // empty: the public service
	connectwise connectwise.Credentials
}

// credentialsFrom reads the eight variables, and COVE_URL if it is there. None of them set means the
// demonstration; some of them is an error, because a half-configured run would
// show a world that does not exist.
func credentialsFrom(lookup func(string) (string, bool)) (c credentials, live bool, err error) {
	var missing []string
	for _, variable := range []struct {
		name  string
		value *string
	}{
		{"COVE_PARTNER", &c.cove.Partner},
		{"COVE_USERNAME", &c.cove.Username},
		{"COVE_PASSWORD", &c.cove.Password},
		{"CWM_SITE", &c.connectwise.Site},
		{"CWM_COMPANY", &c.connectwise.Company},
		{"CWM_PUBLIC_KEY", &c.connectwise.PublicKey},
		{"CWM_PRIVATE_KEY", &c.connectwise.PrivateKey},
		{"CWM_CLIENT_ID", &c.connectwise.ClientID},
	} {
		value, found := lookup(variable.name)
		*variable.value = strings.TrimSpace(value)
		if *variable.value == "" {
			missing = append(missing, variable.name)
		}
		// A variable that is there but empty is a slip, not a wish for a demo.
		live = live || found
	}
	if live && len(missing) > 0 {
		return c, false, fmt.Errorf("only some of the credentials are set: %s missing or empty (unset all of them for the demonstration)", strings.Join(missing, ", "))
	}
	coveURL, _ := lookup("COVE_URL")
	c.coveURL = strings.TrimSpace(coveURL)
	if c.coveURL != "" && !live {
		return c, false, errors.New("COVE_URL is set and the credentials are not (unset it for the demonstration)")
	}
	return c, live, nil
}

// runLive does the job once against the real services.
func runLive(ctx context.Context, c credentials, s settings, screen *screen) error {
	j := &job{settings: s, screen: screen, now: time.Now}
	options := []cove.Option{cove.WithObserver(j.countCove)}
	if c.coveURL != "" {
		options = append(options, cove.WithBaseURL(c.coveURL))
	}
	coveClient, err := cove.NewClient(c.cove, options...)
	if err != nil {
		return err
	}
	psaClient, err := connectwise.NewClient(c.connectwise, connectwise.WithObserver(j.countConnectWise))
	if err != nil {
		return err
	}
	j.cove, j.connectwise = coveClient, psaClient
	return j.round(ctx, 1)
}
