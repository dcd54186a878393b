package desk

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/covedesk/covedesk/reconcile"
)

// A PATCH that the server puts off is tried four times, and the action that it
// belongs to not again, so that one ticket cannot hold up a run.
func TestPatchPutOffIsTriedFourTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newCase(t, nil)
		j.night(world{"1": "bad"})
		notes, patches := 0, 0
		j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			switch {
			case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/notes"):
				notes++
			case r.Method == http.MethodPatch && notes > 0:
				patches++
				return answer(r, 429, `{"code":"RateLimited","message":"slow down"}`), nil
			}
			return next.RoundTrip(r)
		})
		j.later(reconcile.DefaultPolicy().UpdateEvery)
		r := j.night(world{"1": "worse"})
		if notes != 1 || patches != changeAttempts || r.Count(reconcile.Update, Failed) != 1 {
			t.Errorf("%d notes, %d PATCHes after them: %v", notes, patches, did(r))
		}
	})
}
