package cove_test

import (
	"bytes"
	"io"
	"net/http"
)

// dropVisa makes the visa of the next request invalid when armed.
type dropVisa struct {
	next http.RoundTripper
	arm  bool
}

func (d *dropVisa) RoundTrip(req *http.Request) (*http.Response, error) {
	if d.arm {
		d.arm = false
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		req = req.Clone(req.Context())
		body = bytes.Replace(body, []byte(`"visa":"`), []byte(`"visa":"x`), 1)
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	return d.next.RoundTrip(req)
}
