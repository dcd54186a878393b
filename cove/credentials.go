package cove

import (
	"errors"
	"fmt"
	"log/slog"
)

// Credentials are what a client logs in with: an API user of the console
// (Management, Users, API Users). Interactive users with two-factor sign-in
// cannot use the API.
//
// Printing credentials with any verb that fits a value (go vet refuses %p and %w
// for them), logging them or writing them as JSON or XML never shows the
// password; gob refuses them. Credentials in an unexported
// field of another struct are out of the reach of their methods: print that
// struct with care, or keep a pointer. Reading them from JSON works member by
// member.
type Credentials struct {
	// Partner is the customer that the user belongs to, spelled exactly as in
	// the console, upper and lower case and the e-mail address in parentheses
	// included: "Acme MSP (ops@acme.example)".
	Partner string
	// Username is the login name of the API user.
	Username string
	// Password is the token shown once when the API user was created.
	Password string
}

// errSecret is why gob does not get a value.
var errSecret = errors.New("cove: a value that holds a secret is not to be written")

// String returns the credentials without the password.
func (c Credentials) String() string {
	return "cove.Credentials{Partner: " + c.Partner + ", Username: " + c.Username + ", Password: ***}"
}

// Format prints String, whatever the verb.
func (c Credentials) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(c.String())) }

// MarshalText returns String, for JSON: slog's JSON handler writes whole structs
// that way.
func (c Credentials) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// GobEncode refuses.
func (c Credentials) GobEncode() ([]byte, error) { return nil, errSecret }

// LogValue returns the credentials without the password.
func (c Credentials) LogValue() slog.Value {
	return slog.GroupValue(slog.String("partner", c.Partner), slog.String("username", c.Username))
}
