package transport

import (
	"context"
	"net/http"
)

// named names the program in requests that do not.
func named(next link, name string) link {
	if name == "" {
		return next
	}
	return func(ctx context.Context, req *http.Request) (*http.Response, error) {
		if _, set := req.Header["User-Agent"]; !set {
			copied := *req // the caller's request stays as it is
			if copied.Header = req.Header.Clone(); copied.Header == nil {
				copied.Header = http.Header{}
			}
			copied.Header.Set("User-Agent", name)
			req = &copied
		}
		return next(ctx, req)
	}
}
