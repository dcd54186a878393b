package connectwise

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
)

// CheckResult is the result of one check of [SystemModule.Check].
type CheckResult struct {
	Name   string // "server", "sign-in", "permission Service Tickets"
	OK     bool
	Detail string // what was found
	Hint   string // what to do, when not OK
	Err    error  // why a request failed; nil where the answer itself is not OK
}

// CheckReport is the result of [SystemModule.Check]. String returns it as text.
type CheckReport struct {
	Host     string // the API host
	Codebase string // "v2025_1"
	Company  string
	Version  string // "v2025.1.10451"
	Region   string // "NA"; "" on premises
	Cloud    bool
	Results  []CheckResult
}

// OK reports whether all checks passed.
func (r *CheckReport) OK() bool {
	return len(r.Results) > 0 && !slices.ContainsFunc(r.Results, func(s CheckResult) bool { return !s.OK })
}

// String lists the checks, one on each line, with hints for those that failed.
func (r *CheckReport) String() string {
	width := 0
	for _, s := range r.Results {
		width = max(width, len(s.Name))
	}
	var b strings.Builder
	for _, s := range r.Results {
		word := "ok  "
		if !s.OK {
			word = "FAIL"
		}
		fmt.Fprintf(&b, "%s  %-*s  %s\n", word, width, s.Name, s.Detail)
		if s.Hint != "" {
			fmt.Fprintf(&b, "      %-*s  %s\n", width, "", s.Hint)
		}
	}
	return b.String()
}

// Check tests the connection. It checks that the server answers, that it
// accepts company, keys and client id, and that the caller's security role
// allows what is needed. The report holds every result, good or bad. Check
// returns an error only when the context ends. It changes nothing on the
// server.
//
//	report, err := client.System.Check(ctx, connectwise.TicketSyncRequirements...)
func (s *SystemModule) Check(ctx context.Context, needs ...Requirement) (*CheckReport, error) {
	r := &CheckReport{Host: s.c.server.site.Host, Company: s.c.credentials().Company}
	wrong := func(name string, err error) {
		step := CheckResult{Name: name, Detail: err.Error(), Err: err}
		var e *Error
		if errors.As(err, &e) {
			step.Hint, e.Hint = e.Hint, ""
			step.Detail = e.Error()
			e.Hint = step.Hint
		}
		r.Results = append(r.Results, step)
	}
	base, err := s.c.server.apiBase(ctx, s.c.http)
	if err != nil {
		wrong("server", err)
		return r, ctx.Err()
	}
	scheme, rest, _ := strings.Cut(base, "://")
	r.Host, rest, _ = strings.Cut(rest, "/")
	r.Codebase, _, _ = strings.Cut(rest, "/")
	r.Results = append(r.Results, CheckResult{Name: "server", OK: true, Detail: fmt.Sprintf("%s://%s, company %s, codebase %s", scheme, r.Host, r.Company, r.Codebase)})

	rights, err := s.MySecurity(ctx)
	if err != nil {
		wrong("sign-in", err)
		return r, ctx.Err()
	}
	r.Results = append(r.Results, CheckResult{Name: "sign-in", OK: true, Detail: "company, keys and client id are accepted"})

	if info, err := s.Info(ctx); err != nil {
		wrong("version", err)
	} else {
		r.Version, r.Region, r.Cloud = info.Version, info.CloudRegion, info.IsCloud
		where := "on premises"
		if r.Cloud {
			where = strings.TrimSpace("cloud " + text.Show(r.Region, 20))
		}
		r.Results = append(r.Results, CheckResult{Name: "version", OK: true, Detail: text.Show(info.Version, 50) + ", " + where})
	}
	for _, need := range needs {
		r.Results = append(r.Results, need.Check(rights))
	}
	return r, ctx.Err()
}
