package cove

import (
	"errors"
	"fmt"
	"log/slog"
)

// Credentials hold the API user that a client logs in as (in the console:
// Management, Users, API Users). Interactive users with two-factor sign-in
// cannot use the API.
//
// Printing credentials with any verb but %p and %w (go vet refuses both here),
// logging them, or writing them as JSON or XML never shows the password.
// encoding/gob refuses them. There is one exception: fmt cannot call these
// methods on an unexported field of another struct, so printing that struct
// shows the password; let the field be a pointer. Credentials can be read from
// a JSON object with the members Partner, Username and Password.
type Credentials struct {
	// Partner is the customer that the user belongs to, spelled exactly as in
	// the console: "Acme MSP (ops@acme.example)". Upper and lower case and the
	// e-mail address in parentheses count.
	Partner string
	// Username is the login name of the API user.
	Username string
	// Password is the token shown once when the API user was created.
	Password string
}

// errSecret is the error of writing credentials with encoding/gob.
var errSecret = errors.New("cove: a value that holds a secret is not to be written")

// String returns the credentials without the password.
func (c Credentials) String() string {
	return "cove.Credentials{Partner: " + c.Partner + ", Username: " + c.Username + ", Password: ***}"
}

// Format prints String for every verb.
func (c Credentials) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(c.String())) }

// MarshalText returns String. slog's JSON handler writes structs through it.
func (c Credentials) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// GobEncode always returns an error, so that no password is written.
func (c Credentials) GobEncode() ([]byte, error) { return nil, errSecret }

// LogValue returns the credentials without the password.
func (c Credentials) LogValue() slog.Value {
	return slog.GroupValue(slog.String("partner", c.Partner), slog.String("username", c.Username))
}
