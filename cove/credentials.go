package cove

import "log/slog"

// Credentials are what a client logs in with: an API user of the console
// (Management, Users, API Users). Interactive users with two-factor sign-in
// cannot use the API.
//
// Printing, logging or writing credentials as JSON never shows the password.
// Credentials in an unexported field of another struct are out of fmt's reach:
// print that struct with care, or keep a pointer.
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

// String returns the credentials without the password.
func (c Credentials) String() string {
	return "cove.Credentials{Partner: " + c.Partner + ", Username: " + c.Username + ", Password: ***}"
}

// GoString returns the credentials without the password, for %#v.
func (c Credentials) GoString() string { return c.String() }

// MarshalText returns the credentials without the password, for JSON: slog's
// JSON handler writes whole structs that way. Reading credentials from JSON
// works member by member.
func (c Credentials) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// LogValue returns the credentials without the password.
func (c Credentials) LogValue() slog.Value {
	return slog.GroupValue(slog.String("partner", c.Partner), slog.String("username", c.Username))
}
