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

// unservedPaths are paths of the real API that this server does not serve, a
// number as #, in order.
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

// unserved reports whether the real API has a path that this server has not.
func unserved(key []string) bool {
	_, ok := slices.BinarySearch(unservedPaths(), strings.ToLower(strings.Join(key, "/")))
	return ok
}

// notServed is this server's own error, which no test can take for one of the
// real API: what was asked for exists there.
func notServed(what string) *response {
	return (&problem{status: http.StatusNotImplemented, code: "NotServedHere", message: what + " is not served by the in-memory ConnectWise; the real one has it.", noErrors: true}).response()
}
