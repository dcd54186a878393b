package connectwise

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Secret is a text that is never shown: not by any verb of fmt, JSON, XML or
// slog, and not in unexported fields of other structs. encoding/gob refuses it.
// Only the client writes the text, into requests. The zero Secret is empty.
// [NewSecret] makes a Secret, Reveal returns its text.
type Secret struct{ text *string } // a pointer to a string, which fmt does not follow

// NewSecret hides a text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// Equal reports whether both hide the same text.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// String returns a placeholder, "" for the empty secret.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return "[secret]"
}

// Format writes the placeholder for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalJSON writes the placeholder.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// MarshalText returns the placeholder, for XML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalJSON reads a string or null.
func (s *Secret) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return errors.New("connectwise: a secret is a string") // err would quote it
	}
	*s = NewSecret(text)
	return nil
}

// GobEncode always returns an error, because an encoded secret would be
// readable.
func (s Secret) GobEncode() ([]byte, error) { return nil, errSecret }

// LogValue returns a placeholder for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

var errSecret = errors.New("connectwise: secrets are not encoded")
