package connectwise

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
)

// refused returns the error of an answer that is not a success.
func (a *answer) refused() *Error {
	e := a.failure("")
	native := a.read(e)
	e.classes = a.classify(e, native)
	e.Hint = a.hint(e, native)
	return e
}

// read fills the error from the body, and reports whether the body has the
// API's own form of an error.
func (a *answer) read(e *Error) bool {
	body := bytes.TrimSpace(a.body)
	var said struct {
		Code    string          `json:"code"`
		Error   string          `json:"error"` // used in place of code with a 429
		Message string          `json:"message"`
		Errors  json.RawMessage `json:"errors"`
	}
	if len(body) == 0 || len(body) > mostRefusal || body[0] != '{' || json.Unmarshal(body, &said) != nil || said.Code+said.Error+said.Message == "" {
		e.Message = a.foreign()
		return false
	}
	e.Code, e.Message = a.quote(cmp.Or(said.Code, said.Error)), a.quote(said.Message)
	// If the list has an unknown form, keep the rest of the error.
	_ = json.Unmarshal(said.Errors, &e.Errors)
	for i, f := range e.Errors {
		e.Errors[i] = FieldError{a.quote(f.Code), a.quote(f.Message), a.quote(f.Resource), a.quote(f.Field)}
	}
	return true
}

func (a *answer) classify(e *Error, native bool) []error {
	permission := strings.Contains(e.Message, "security permission")
	classes := []error{ErrForbidden}
	if !permission {
		classes = a.statusClasses(e, native)
	}
	if e.Code == "Security" && !permission && status4xx(a.status) && a.status != http.StatusForbidden {
		classes = append(classes, ErrForbidden)
	}
	if slices.ContainsFunc(e.Errors, func(f FieldError) bool { return f.Code == "ObjectExists" }) {
		classes = append(classes, ErrExists)
	}
	return classes
}

// statusClasses returns the error classes of an answer, from its status and
// from whether the API itself answered.
func (a *answer) statusClasses(e *Error, native bool) []error {
	switch status := a.status; {
	case status == http.StatusUnauthorized:
		return []error{ErrUnauthorized}
	case status == http.StatusForbidden:
		return []error{ErrForbidden}
	case status == http.StatusNotFound && a.unrouted() && e.Code != "NotFound":
		return []error{ErrNoEndpoint, ErrServer}
	case status == http.StatusNotFound && e.Code != "":
		return []error{ErrNotFound}
	case status == http.StatusConflict:
		return []error{ErrConflict}
	case status == http.StatusTooManyRequests:
		return []error{ErrRateLimited}
	case status == http.StatusNotFound, status < 400, status >= 500, !native && !a.unrouted():
		return []error{ErrServer}
	}
	return []error{ErrInvalid}
}

func status4xx(status int) bool { return status >= 400 && status < 500 }

// hint names the likely cause of a refusal, if one is known.
func (a *answer) hint(e *Error, native bool) string {
	switch {
	case strings.Contains(e.Message, "SSL is required"):
		return "the API host begins with api-; check Site"
	case a.status == http.StatusBadRequest && a.unrouted():
		return "the company or its codebase is not on this host; check Company and the region in Site"
	case slices.Contains(e.classes, ErrNoEndpoint):
		return "the path does not exist in this release, or the tenant is being upgraded and names its new codebase late; it says nothing about the record"
	case strings.Contains(e.Message, "security permission"):
		if need, ok := needOf(a.method, a.path); ok {
			return "the API member's security role lacks " + need.Module + ": " + need.String()
		}
		return "the API member's security role lacks this permission"
	case (!native || e.Code == "" && a.status == http.StatusNotFound) && a.status < 500 && a.status != http.StatusTooManyRequests && len(bytes.TrimSpace(a.body)) > 0:
		return "something other than the API answers; check Site"
	case a.status == http.StatusUnauthorized:
		return "check Company, PublicKey and PrivateKey, and that ClientID is a valid client id"
	case a.status == http.StatusForbidden:
		return "the API member's security role lacks a permission, or ClientID is missing or unknown"
	case strings.HasPrefix(e.Message, "Could not find member"):
		return "this server's version does not know the field"
	case strings.Contains(e.Message, "does not support the API version"):
		return "pin a version with WithVersion"
	}
	return ""
}

var pageTitle = regexp.MustCompile(`(?i)<title[^>]*>\s*([^<]*[^<\s])`)

// foreign describes a body that is not an error of the API: the title of an
// HTML page, or the beginning of a text, which may be a JSON string. It returns
// "" for other JSON and for an empty body.
func (a *answer) foreign() string {
	body := bytes.TrimSpace(a.body)
	if len(body) == 0 {
		return ""
	}
	if json.Valid(body) {
		var said string
		_ = json.Unmarshal(body, &said) // stays empty for JSON that is not a string
		return a.quote(said)
	}
	if body[0] != '<' {
		if body[0] == '{' || body[0] == '[' {
			return ""
		}
		return a.quote(string(body[:min(len(body), 64<<10)]))
	}
	if m := pageTitle.FindSubmatch(body[:min(len(body), 64<<10)]); m != nil {
		return "an HTML page titled " + a.quote(html.UnescapeString(string(m[1])))
	}
	return "an HTML page"
}

// quote prepares a server's text for an error: one printable, short line
// without secrets. In particular it hides the request's keys, because a server
// may repeat the request.
func (a *answer) quote(s string) string {
	if s == "" {
		return ""
	}
	_, key, _ := (&http.Request{Header: a.proof}).BasicAuth()
	_, signature, _ := strings.Cut(a.proof.Get("Authorization"), " ")
	return text.NewSecrets(signature, key, a.proof.Get("clientId")).Show(s, mostQuoted)
}

// mostRefusal is the largest error answer, in bytes, that is parsed.
const mostRefusal = 1 << 20

// mostQuoted is how many characters of a server's text an error repeats.
const mostQuoted = 400
