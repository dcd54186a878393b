package connectwise

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// cloudWithTokens is a cloud that gives tokens of four hours.
type cloudWithTokens struct {
	*fakeCloud
	tokens int
	behind time.Duration // how far our clock is behind the server's
}

func (c *cloudWithTokens) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/tokens") {
		c.tokens++
		theirs := time.Now().Add(c.behind).UTC()
		expires := theirs.Add(4 * time.Hour).Format(time.RFC3339)
		f := &fakeCloud{info: func() (int, string) {
			return 200, fmt.Sprintf(`{"publicKey":"pub%d","privateKey":"token-secret","expiration":%q}`, c.tokens, expires)
		}}
		r = r.Clone(r.Context())
		r.URL.Path = "/login/companyinfo/"
		resp, err := f.RoundTrip(r)
		if err == nil {
			resp.Header.Set("Date", theirs.Format(http.TimeFormat))
		}
		return resp, err
	}
	return c.fakeCloud.RoundTrip(r)
}

func TestTokensAreRenewedBeforeTheyExpire(t *testing.T) {
	for _, behind := range []time.Duration{0, 3 * time.Hour, -3 * time.Hour} {
		t.Run(behind.String(), func(t *testing.T) { renewals(t, behind) })
	}
}

func renewals(t *testing.T, behind time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cloud := &cloudWithTokens{fakeCloud: &fakeCloud{code: "v2025_1/", routed: "v2025_1/"}, behind: behind}
		c, err := NewClient(testCredentials, WithHTTPClient(&http.Client{Transport: cloud}))
		if err != nil {
			t.Fatal(err)
		}
		auth := Impersonate(c, "tech1")
		tech, err := c.With(WithAuth(auth))
		if err != nil {
			t.Fatal(err)
		}
		for after, want := range []int{1, 1, 1, 1, 2, 2} { // asked each hour, renewed in the fourth
			if after == 4 {
				time.Sleep(-5*time.Minute + time.Hour) // five minutes before the end
			} else if after > 0 {
				time.Sleep(time.Hour)
			}
			if _, err := tech.Service.Tickets.Get(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			if cloud.tokens != want {
				t.Errorf("call %d: %d tokens, want %d", after, cloud.tokens, want)
			}
		}
		for _, v := range []any{auth, tech, *tech, c} {
			if text := fmt.Sprintf("%v %+v %#v", v, v, v); strings.Contains(text, "secret") {
				t.Errorf("%T shows %s", v, text)
			}
		}
	})
}

func TestImpersonationOfNobodyInParticular(t *testing.T) {
	s := newTestServer(t, answerWith(200, `{"publicKey":"a","privateKey":"b"}`))
	for _, member := range []string{"", "..", "tech1/tokens/x", "a?b", "a\nb"} {
		c := s.client(t)
		tech, err := c.With(WithAuth(Impersonate(c, member)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tech.Service.Tickets.Get(t.Context(), 1); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v", member, err)
		}
	}
	if n := len(s.seen()); n != 0 {
		t.Errorf("%d requests", n)
	}
}
