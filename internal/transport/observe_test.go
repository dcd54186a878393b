package transport

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestObserverSeesEachRequestThatWentOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []Call
		base, _ := script(t, 503, broken(200, "half"), errReset, 200)
		slow := fake(func(req *http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return base(req)
		})
		rt := over(slow, Config{Observer: func(c Call) {
			c.Waited = 0 // jitter
			got = append(got, c)
		}})
		resp, err := run(rt, request(t, WithName(WithRead(t.Context()), "EnumeratePartners"), http.MethodPost, "x"))
		if err != nil {
			t.Fatal(err)
		}
		finish(resp)
		want := []Call{
			{Method: "EnumeratePartners", Path: "/v1/things", Status: 503, Attempt: 1, Took: time.Second},
			{Method: "EnumeratePartners", Path: "/v1/things", Status: 200, Attempt: 2, Took: time.Second, Err: io.ErrUnexpectedEOF},
			{Method: "EnumeratePartners", Path: "/v1/things", Attempt: 3, Took: time.Second, Err: errReset},
			{Method: "EnumeratePartners", Path: "/v1/things", Status: 200, Attempt: 4, Took: time.Second},
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateErrors()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestObserverOfALinkAlone(t *testing.T) {
	var got Call
	o := observed(fake(func(*http.Request) (*http.Response, error) { return nil, errReset }).link(), func(c Call) { got = c })
	req := request(t, t.Context(), "", "")
	req.Method = ""
	resp, err := run(o, req)
	finish(resp)
	if !errors.Is(err, errReset) || got.Method != http.MethodGet || got.Attempt != 1 {
		t.Errorf("call %+v, error %v", got, err)
	}
}
