package connectwisetest

import (
	_ "embed"
	"net/http"
	"slices"
	"strings"
	"sync"
)

//go:embed unserved.txt
var unservedText string

// unservedPaths returns the paths of the real API that this server does not
// serve, sorted, with # for a number.
var unservedPaths = sync.OnceValue(func() []string {
	var out []string
	for line := range strings.Lines(unservedText) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '%' {
			out = append(out, strings.ToLower(line))
		}
	}
	slices.Sort(out)
	return out
})

// unserved reports whether the real API has a path that this server does not
// serve.
func unserved(key []string) bool {
	_, ok := slices.BinarySearch(unservedPaths(), strings.ToLower(strings.Join(key, "/")))
	return ok
}

// notServed returns an error that only this server has, because the real API
// serves the request. No test can take it for an error of the real API.
func notServed(what string) *response {
	return (&problem{status: http.StatusNotImplemented, code: "NotServedHere", message: what + " is not served by the in-memory ConnectWise; the real one has it.", noErrors: true}).response()
}
