package cove

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/transport"
)

// Classes of errors, for errors.Is. An error may belong to several.
var (
	// ErrUnauthorized: the credentials or the visa were refused.
	ErrUnauthorized = transport.ErrUnauthorized
	// ErrForbidden: the user has no right to the object, the method or a column.
	ErrForbidden = transport.ErrForbidden
	// ErrNotFound: there is no such partner, device or other object. The API
	// has no code for this; the client recognises it by the message.
	ErrNotFound = transport.ErrNotFound
	// ErrInvalid: a parameter or a filter of the request was wrong.
	ErrInvalid = transport.ErrInvalid
	// ErrRateLimited: the server asked for fewer requests.
	ErrRateLimited = transport.ErrRateLimited
	// ErrServer: the server failed.
	ErrServer = transport.ErrServer
	// ErrMalformed: an answer could not be read, or answers contradict each
	// other. It does not mean that the list is empty or the object missing.
	ErrMalformed = errors.New("cove: malformed answer")
	// ErrOutcomeUnknown: a write was sent, and no answer says whether it was
	// executed. Look up its effect before you send it again.
	ErrOutcomeUnknown = transport.ErrOutcomeUnknown
)

// Codes that the API puts in error.data.
const (
	CodeVisa        = 1701  // visa missing, expired or malformed
	CodeCredentials = 2100  // unknown partner or user, or a bad password
	CodeSecurity    = 13501 // no right to the object, the method or a column
)

// JSON-RPC codes with a meaning of their own; all other errors carry -32603.
const (
	codeParse         = -32700
	codeRequest       = -32600
	codeUnknownMethod = -32601
	codeParams        = -32602
)

// An Error is an error that the API answered. The API sends it with HTTP status
// 200; another status comes from a proxy or gateway.
type Error struct {
	Method   string // API method, such as "EnumerateAccountStatistics"
	Status   int    // HTTP status
	Code     int    // JSON-RPC code, nearly always -32603
	Data     int    // Cove's own code, such as CodeVisa; 0 when it gave none
	Message  string // what the server said, entities decoded
	Attempts int    // how often the request was sent

	// Wait is how long the server asked to wait, with ErrRateLimited.
	Wait time.Duration

	cause error
}

// Unwrap returns the cause, if there is one besides the answer. The error of a
// write that may have been executed matches ErrOutcomeUnknown.
func (e *Error) Unwrap() error { return e.cause }

// Error names the method, what the server said and the likely cause.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "cove: %s: ", e.Method)
	switch {
	case e.Message != "":
		b.WriteString(e.Message)
	case e.Status != 0 && e.Status != http.StatusOK:
		b.WriteString(http.StatusText(e.Status))
	default:
		b.WriteString("refused without a message")
	}
	switch {
	case e.Data != 0:
		fmt.Fprintf(&b, " (error %d)", e.Data)
	case e.Status != 0 && e.Status != http.StatusOK:
		fmt.Fprintf(&b, " (HTTP %d)", e.Status)
	case e.Code != 0:
		fmt.Fprintf(&b, " (code %d)", e.Code)
	}
	if hint := e.hint(); hint != "" {
		b.WriteString(": ")
		b.WriteString(hint)
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (after %d attempts)", e.Attempts)
	}
	return b.String()
}

// hint names the usual cause of the error.
func (e *Error) hint() string {
	switch {
	case e.Data == CodeCredentials:
		return "the partner name must be spelled exactly as in the console, with upper and lower case and any e-mail address in parentheses; " +
			"the user must be an API user, because users with two-factor sign-in cannot use the API; its password is the token shown when it was created"
	case e.Data == CodeSecurity && e.Method == "EnumerateAccountStatistics":
		return "the user may not see this partner, or this tenant restricts one of the columns asked for"
	case e.Data == CodeSecurity:
		return "the user's role does not cover this partner, device or method"
	case e.Data == CodeVisa && begins(e.Method, "Query"): // a storage node; see askNode
	case e.Data == CodeVisa && (isRead(e.Method) || isAbsolute(e.Method)):
		return "the visa was refused even after logging in again"
	case e.Data == CodeVisa:
		return "the visa was refused; the next call logs in again, but this write was not repeated"
	case e.Status == http.StatusTooManyRequests && e.Wait > 0:
		return "the server asks to wait " + e.Wait.Round(time.Second).String()
	case errors.Is(e.cause, ErrOutcomeUnknown):
		return ErrOutcomeUnknown.Error()
	}
	return ""
}

// Is tells whether the error belongs to one of the classes of this package.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrUnauthorized:
		return e.Data == CodeCredentials || e.Data == CodeVisa || e.Status == http.StatusUnauthorized
	case ErrForbidden:
		return e.Data == CodeSecurity || e.Status == http.StatusForbidden
	case ErrNotFound:
		return e.Status == http.StatusNotFound || e.Data != CodeCredentials && e.Data != CodeVisa && e.Data != CodeSecurity && saysNotFound(e.Message)
	case ErrInvalid:
		return e.Code == codeParse || e.Code == codeRequest || e.Code == codeUnknownMethod || e.Code == codeParams || e.Status == http.StatusBadRequest
	case ErrRateLimited:
		return e.Status == http.StatusTooManyRequests
	case ErrServer:
		return e.Status >= 500
	}
	return false
}

func saysNotFound(message string) bool {
	m := strings.ToLower(message)
	for _, text := range []string{"not found", "doesn't exist", "does not exist", "no such", "unknown partner", "unknown account"} {
		if strings.Contains(m, text) {
			return !strings.Contains(m, "method not found")
		}
	}
	return false
}
