package cove_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"net/http"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
)

// unwired returns a server and a client that meet without a network, for
// synctest bubbles.
func unwired(t *testing.T, cfg covetest.Config) (*covetest.Server, *cove.Client) {
	t.Helper()
	srv := covetest.NewServer(cfg)
	c, err := cove.NewClient(cove.Credentials(srv.Credentials()),
		cove.WithBaseURL(srv.URL), cove.WithHTTPClient(&http.Client{Transport: srv.Transport()}), cove.WithLimiter(rate.NewLimiter(rate.Inf, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return srv, c
}

func TestVisaUnderLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, c := unwired(t, covetest.Config{})
		end := time.Now().Add(40 * time.Minute)
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * time.Second)
				for time.Now().Before(end) {
					if _, err := c.Partner(t.Context(), srv.RootID()); err != nil {
						t.Error(err)
						return
					}
					time.Sleep(3 * time.Minute)
				}
			})
		}
		wg.Wait()
		if got := srv.Count("Login"); got != 1 {
			t.Errorf("%d logins while every answer brought a new visa", got)
		}
	})
}

func TestVisaRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, c := unwired(t, covetest.Config{})
		for _, pause := range []time.Duration{0, 12 * time.Minute, 12 * time.Minute, 20 * time.Minute, 14 * time.Minute, time.Hour} {
			time.Sleep(pause)
			if _, err := c.Partner(t.Context(), srv.RootID()); err != nil {
				t.Fatal(err)
			}
		}
		if got := srv.Count("Login"); got != 4 {
			t.Errorf("%d logins for a first use and three long rests", got)
		}
		for _, r := range srv.Requests() {
			if r.Data == cove.CodeVisa {
				t.Error("an expired visa was sent")
			}
		}
	})
}

// A caller does not notice that a visa expires between two pages.
func TestVisaExpiresAmidPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, c := unwired(t, covetest.Config{})
		fill(srv, 30)
		n := 0
		for _, err := range cove.Devices[idName](t.Context(), c, cove.DeviceQuery{PageSize: 10}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
			time.Sleep(2 * time.Minute)
		}
		if n != 30 {
			t.Errorf("%d devices of 30", n)
		}
	})
}

func TestWrongPasswordMakesOneLogin(t *testing.T) {
	srv, _ := start(t, covetest.Config{})
	wrong := cove.Credentials(srv.Credentials())
	wrong.Password = "wrong-secret"
	c := connectAs(t, srv, wrong)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, err := c.Partner(t.Context(), srv.RootID())
			if !errors.Is(err, cove.ErrUnauthorized) {
				t.Errorf("got %v", err)
			} else if strings.Contains(err.Error(), "wrong-secret") {
				t.Errorf("the password shows in %v", err)
			}
		})
	}
	wg.Wait()
	if _, err := c.Login(t.Context()); err == nil || !strings.Contains(err.Error(), "exactly as in the console") {
		t.Errorf("got %v", err)
	}
	if got := srv.Count("Login"); got != 1 {
		t.Errorf("%d logins with a wrong password", got)
	}
}

// A server that rejects a visa once a newer one was used gets calls one after
// another, without repeated logins.
func TestSupersededVisaDies(t *testing.T) {
	srv, c := start(t, covetest.Config{Switches: covetest.Switches{SupersededVisaDies: true}})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 10 {
				if _, err := c.Partner(t.Context(), srv.RootID()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := srv.Count("Login"); got > 3 {
		t.Errorf("%d logins", got)
	}
}

// Which calls are sent again after a refused visa.
func TestReplayAfterRefusedVisa(t *testing.T) {
	for _, tt := range []struct {
		method  string
		replays bool
	}{
		{"GetPartnerInfoById", true},
		{"ModifyPartner", true},
		{"UpdateAccountCustomColumnValues", true},
		{"SetAccountFeatures", true},
		{"RemovePartner", true},
		{"AddPartner", false},
		{"ChangePartnerState", false},
	} {
		t.Run(tt.method, func(t *testing.T) {
			srv := covetest.NewServer(covetest.Config{})
			visas := &dropVisa{next: srv.Transport()}
			c, err := cove.NewClient(cove.Credentials(srv.Credentials()),
				cove.WithBaseURL(srv.URL), cove.WithHTTPClient(&http.Client{Transport: visas}), cove.WithLimiter(rate.NewLimiter(rate.Inf, 1)))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Login(t.Context()); err != nil {
				t.Fatal(err)
			}
			visas.arm = true
			err = c.Call(t.Context(), tt.method, map[string]any{"partnerId": srv.RootID(), "partnerInfo": map[string]any{"Id": srv.RootID()}}, nil)
			var e *cove.Error
			refused := errors.As(err, &e) && e.Data == cove.CodeVisa
			if refused == tt.replays {
				t.Errorf("error %v", err)
			}
			if refused && !strings.Contains(err.Error(), "was not repeated") {
				t.Errorf("got %v", err)
			}
			wantLogins, wantCalls := 2, 2
			if !tt.replays {
				wantLogins, wantCalls = 1, 1
			}
			if srv.Count("Login") != wantLogins || srv.Count(tt.method) != wantCalls {
				t.Errorf("%d logins, %d calls", srv.Count("Login"), srv.Count(tt.method))
			}
		})
	}
}

func TestLoginEndsWithContext(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	srv.Inject(covetest.Fault{Kind: covetest.Hang, Method: "Login", Times: -1})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if _, err := c.Login(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
}
