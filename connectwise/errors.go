package connectwise

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/transport"
)

// Classes of errors, for errors.Is. Several may match one error.
var (
	// ErrNotFound: the record does not exist. A page of HTML or an empty
	// answer with status 404 is not this, nor is a path that the server does
	// not know ([ErrNoEndpoint]).
	ErrNotFound = transport.ErrNotFound
	// ErrUnauthorized: company, keys or client id are wrong.
	ErrUnauthorized = transport.ErrUnauthorized
	// ErrForbidden: the caller's security role does not allow it.
	ErrForbidden = transport.ErrForbidden
	// ErrRateLimited: refused with 429; Error.Wait says for how long.
	ErrRateLimited = transport.ErrRateLimited
	// ErrInvalid: the request is wrong; Error.Errors says where. It is also
	// what the client itself refuses to send.
	ErrInvalid = transport.ErrInvalid
	// ErrExists: a record with that key exists already.
	ErrExists = transport.ErrExists
	// ErrConflict: the record is in use or was changed meanwhile.
	ErrConflict = transport.ErrConflict
	// ErrServer: a fault of the server or of what stands before it, such as
	// an answer that is not the API's.
	ErrServer = transport.ErrServer
	// ErrOutcomeUnknown: a write was sent and it is not known whether it was
	// executed. Look it up before sending it again.
	ErrOutcomeUnknown = transport.ErrOutcomeUnknown
	// ErrNoEndpoint: the server has no such path: it is misspelt, this release
	// lacks it, or the tenant has been upgraded a moment ago. It says nothing
	// about any record. Such an error is an ErrServer, too.
	ErrNoEndpoint = errors.New("connectwise: no such endpoint")
	// ErrUnquotable: an argument of Where cannot be written in a condition so
	// that it matches exactly itself.
	ErrUnquotable = transport.ErrUnquotable
	// ErrTooLong: conditions are too long for a URL, cannot be split, and the
	// collection has no search.
	ErrTooLong = errors.New("connectwise: conditions are too long")
)

// Error is what every failed call returns, with all that the server said.
// Its text names the likely cause; match it by class with errors.Is:
//
//	if errors.Is(err, connectwise.ErrForbidden) { ... }
type Error struct {
	Status    int           // HTTP status; 0 when nothing was sent or no answer came
	Code      string        // "InvalidObject", "NotFound", "Security", ...; "" when the answer is not the API's
	Message   string        // what the server says, or what is wrong with its answer
	Errors    []FieldError  // what is wrong with which field
	Method    string        // HTTP method of the request
	Path      string        // URL path of the request
	Attempts  int           // how often it was sent; 0 when it was not
	RequestID string        // the server's x-cw-request-id, for its support
	Wait      time.Duration // what a 429 asked to wait
	Hint      string        // the likely cause, when there is one to name

	classes []error
	cause   error
}

// FieldError is what is wrong with one field of a record.
type FieldError struct {
	Code     string `json:"code"` // "MissingRequiredField", "MaxLengthField", "ObjectExists", ...
	Message  string `json:"message"`
	Resource string `json:"resource"` // "ticket"
	Field    string `json:"field"`    // "status/id"
}

// Error says which request failed, what the server said, and the likely cause.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "connectwise: %s %s: ", e.Method, e.Path)
	switch {
	case slices.Contains(e.classes, ErrOutcomeUnknown):
		b.WriteString("outcome unknown: ")
	case e.Attempts == 0 && e.Status == 0:
		b.WriteString("not sent: ")
	}
	if e.Status != 0 {
		fmt.Fprintf(&b, "status %d: ", e.Status)
	}
	var parts []string
	if e.Code != "" {
		parts = append(parts, e.Code)
	}
	if e.Message != "" {
		parts = append(parts, e.Message)
	}
	const most = 20 // an error is a line of a log, too
	for _, f := range e.Errors[:min(len(e.Errors), most)] {
		if f.Field == "" {
			parts = append(parts, f.Message)
		} else {
			parts = append(parts, f.Field+": "+f.Message)
		}
	}
	if more := len(e.Errors) - most; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	if e.cause != nil {
		parts = append(parts, e.cause.Error())
	}
	if len(parts) == 0 {
		parts = append(parts, http.StatusText(e.Status))
	}
	b.WriteString(strings.Join(parts, ": "))
	if e.Hint != "" {
		b.WriteString(" (" + e.Hint + ")")
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " after %d attempts", e.Attempts)
	}
	if e.RequestID != "" {
		b.WriteString(" [request " + e.RequestID + "]")
	}
	return b.String()
}

// Is reports whether the error belongs to a class.
func (e *Error) Is(target error) bool { return slices.Contains(e.classes, target) }

// Unwrap returns what went wrong below: a context's error, the connection's,
// or the JSON decoder's.
func (e *Error) Unwrap() error { return e.cause }

// invalid is an error of the caller's, found before anything was sent.
func (r request) invalid(wrong []FieldError) *Error {
	return &Error{Method: r.method, Path: r.path, Errors: wrong, classes: []error{ErrInvalid}}
}

// failed is the error of a request that brought no answer, or one the
// transport did not want to hand on.
func failed(req *http.Request, err error) *Error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // its text would repeat the URL with all conditions
	}
	e := &Error{Method: req.Method, Path: req.URL.Path, cause: err}
	var sent *transport.Error
	if errors.As(err, &sent) {
		switch {
		case sent.Class == nil:
			e.cause = sent.Err
			if sent.Status >= 500 {
				e.classes = append(e.classes, ErrServer)
			}
		case sent.Response != nil:
			a, _ := answered(req, sent.Response, sent.Attempts) // what could be read is all there is to say
			if e = a.refused(); a.status < 300 {
				e = a.unreadable(nil)
			}
			e.cause = sent.Err
		}
		if sent.Class == ErrOutcomeUnknown && !slices.Contains(e.classes, ErrOutcomeUnknown) {
			e.classes = append(e.classes, ErrOutcomeUnknown)
		}
		e.Attempts, e.Status, e.Wait = sent.Attempts, sent.Status, sent.Wait
	}
	if errors.Is(err, transport.ErrRedirect) {
		e.classes = append(e.classes, ErrServer)
		e.Hint = "the site sends the API's requests elsewhere; check Site"
	}
	if body := (*transport.BodyError)(nil); errors.As(err, &body) && !slices.Contains(e.classes, ErrServer) {
		e.classes = append(e.classes, ErrServer)
	}
	return e
}

// answered reads the answer that came with a transport error.
func answered(req *http.Request, resp *http.Response, attempts int) (*answer, error) {
	body, err := transport.ReadBody(resp)
	return &answer{method: req.Method, path: req.URL.Path, status: resp.StatusCode, header: resp.Header, body: body, attempts: attempts, proof: req.Header}, err
}

// failure is an error about an answer.
func (a *answer) failure(message string) *Error {
	return &Error{
		Status:    a.status,
		Message:   message,
		Method:    a.method,
		Path:      a.path,
		Attempts:  a.attempts,
		RequestID: a.quote(a.header.Get(requestIDHeader)),
	}
}

// unreadable is an answer that says success and holds something else. After a
// write that leaves open what was done.
func (a *answer) unreadable(cause error) *Error {
	e := a.failure("")
	e.cause = cause
	e.classes = []error{ErrServer}
	if a.write {
		e.classes = append(e.classes, ErrOutcomeUnknown)
	}
	if text := a.foreign(); text != "" {
		e.Message = "the answer is not the API's: " + text
		e.cause = nil
		e.Hint = "check Site; something else answers there"
	} else {
		e.Message = "the answer cannot be read"
	}
	return e
}
