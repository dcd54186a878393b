package transport

import (
	"context"
	"net/http"
	"runtime/debug"
	"strings"
)

// Agent returns a client's own part of the User-Agent header: its name and the
// version of this module ("covedesk-cove/v0.2.0"), or the name alone if the
// program does not know the version.
func Agent(name string) string {
	info, _ := debug.ReadBuildInfo()
	return agent(name, info)
}

func agent(name string, info *debug.BuildInfo) string {
	if info == nil {
		return name
	}
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if m.Path == "github.com/covedesk/covedesk" && strings.HasPrefix(m.Version, "v") {
			return name + "/" + m.Version
		}
	}
	return name
}

// named sets the User-Agent of requests that have none.
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
