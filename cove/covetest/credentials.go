package covetest

import "log/slog"

// Credentials log an API user in. They have the same fields as the client's
// Credentials, so one type converts to the other.
type Credentials struct{ Partner, Username, Password string }

// String names the user and hides the password.
func (c Credentials) String() string { return c.Username + " of " + c.Partner }

// GoString is String.
func (c Credentials) GoString() string { return c.String() }

// MarshalText is String.
func (c Credentials) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// LogValue is String.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }
