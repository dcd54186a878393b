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
	// ErrNotFound: the record does not exist. An HTML page or an empty answer
	// with status 404 does not count as this, nor does a path that the server
	// does not know ([ErrNoEndpoint]).
	ErrNotFound = transport.ErrNotFound
	// ErrUnauthorized: company, keys or client id are wrong.
	ErrUnauthorized = transport.ErrUnauthorized
	// ErrForbidden: the member's security role does not allow the call.
	ErrForbidden = transport.ErrForbidden
	// ErrRateLimited: the server answered 429; Error.Wait says how long to
	// wait.
	ErrRateLimited = transport.ErrRateLimited
	// ErrInvalid: the request is wrong; Error.Errors says where. The client
	// also returns it for a request that it refuses to send.
	ErrInvalid = transport.ErrInvalid
	// ErrExists: a record with that key exists already.
	ErrExists = transport.ErrExists
	// ErrConflict: the record is in use or was changed in the meantime.
	ErrConflict = transport.ErrConflict
	// ErrServer: the server, or a gateway in front of it, failed. It includes
	// answers that do not come from the API.
	ErrServer = transport.ErrServer
	// ErrOutcomeUnknown: a write was sent, and it is not known whether it was
	// executed. Look up its effect before you send it again.
	ErrOutcomeUnknown = transport.ErrOutcomeUnknown
	// ErrNoEndpoint: the server does not know the path. The path is misspelt,
	// this release of the server lacks it, or the tenant was upgraded a moment
	// ago. The error says nothing about any record. It also matches ErrServer.
	ErrNoEndpoint = errors.New("connectwise: no such endpoint")
	// ErrUnquotable: an argument of Where cannot be quoted safely in a
	// condition.
	ErrUnquotable = transport.ErrUnquotable
	// ErrTooLong: conditions are too long for a URL, cannot be split, and the
	// collection has no search.
	ErrTooLong = errors.New("connectwise: conditions are too long")
)

// Error is the error of a failed call, with everything that the server said.
// Its text names the likely cause. Test its class with errors.Is:
//
//	if errors.Is(err, connectwise.ErrForbidden) { ... }
type Error struct {
	Status    int           // HTTP status; 0 when nothing was sent or no answer came
	Code      string        // "InvalidObject", "NotFound", "Security", ...; "" when the answer is not the API's
	Message   string        // the server's message, or what is wrong with its answer
	Errors    []FieldError  // errors of single fields
	Method    string        // HTTP method of the request
	Path      string        // URL path of the request
	Attempts  int           // how often the request was sent
	RequestID string        // the server's x-cw-request-id, for its support
	Wait      time.Duration // how long a 429 asked to wait
	Hint      string        // the likely cause, if one is known

	classes []error
	cause   error
}

// FieldError says what is wrong with one field of a record.
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
	const most = 20 // an error must fit in a line of a log
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

// Unwrap returns the cause: an error of the context, of the connection or of
// the JSON decoder.
func (e *Error) Unwrap() error { return e.cause }

// invalid returns an error of the caller, found before anything was sent.
func (r request) invalid(wrong []FieldError) *Error {
	return &Error{Method: r.method, Path: r.path, Errors: wrong, classes: []error{ErrInvalid}}
}

// failed returns the error of a request without an answer, or with an answer
// that the transport turned into an error.
func failed(req *http.Request, err error) *Error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // the text of wrapped would repeat the URL with all conditions
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
			a := answered(req, sent.Response, sent.Attempts)
			if e = a.refused(); a.status < 300 {
				e = a.unreadable(nil)
			}
			e.cause = sent.Err
		}
		if errors.Is(sent.Class, ErrOutcomeUnknown) && !slices.Contains(e.classes, ErrOutcomeUnknown) {
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
func answered(req *http.Request, resp *http.Response, attempts int) *answer {
	a := &answer{method: req.Method, path: req.URL.Path, status: resp.StatusCode, header: resp.Header, attempts: attempts, proof: req.Header}
	a.body, _ = transport.ReadBody(resp) // what could be read is all there is to say
	return a
}

// failure returns an error about an answer.
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

// unreadable returns the error of an answer with a status of success that
// cannot be read. After a write the outcome is then unknown.
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
