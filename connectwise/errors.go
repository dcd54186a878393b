package connectwise

import (
	"errors"
)

// Classes of errors, for errors.Is. Several may match one error.
var (
	ErrNotFound       = errors.New("connectwise: not found")
	ErrUnauthorized   = errors.New("connectwise: not signed in")
	ErrForbidden      = errors.New("connectwise: not permitted")
	ErrRateLimited    = errors.New("connectwise: too many requests")
	ErrInvalid        = errors.New("connectwise: refused as invalid")
	ErrExists         = errors.New("connectwise: exists already")
	ErrConflict       = errors.New("connectwise: conflict")
	ErrServer         = errors.New("connectwise: server fault")
	ErrOutcomeUnknown = errors.New("connectwise: outcome unknown")
	// ErrUnquotable says that an argument of Where cannot be written in a
	// condition so that it matches exactly itself.
	ErrUnquotable = errors.New("connectwise: cannot be quoted safely")
)

// Error is an answer that is not the one asked for.
type Error struct {
	Status    int          // HTTP status; 0 when there was no answer
	Code      string       // "InvalidObject", "NotFound", "Security", ...
	Message   string       // what the server says
	Errors    []FieldError // what is wrong with which field
	Method    string       // HTTP method of the request
	Path      string       // URL path of the request
	Attempts  int          // how often it was sent
	RequestID string       // the server's x-cw-request-id
	Hint      string       // the likely cause, when there is one to name

	classes []error
	cause   error
}

// FieldError is what the server says about one field of a record.
type FieldError struct {
	Code     string `json:"code"` // "MissingRequiredField", "MaxLengthField", "ObjectExists", ...
	Message  string `json:"message"`
	Resource string `json:"resource"` // "ticket"
	Field    string `json:"field"`    // "status/id"
}
