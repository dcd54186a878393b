package connectwise

import "log/slog"

// Secret is a string that does not show itself in logs and formatted output.
// Convert it with string(s) to read it.
type Secret string

// String returns a placeholder.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "[secret]"
}

// GoString returns a placeholder for %#v.
func (s Secret) GoString() string { return s.String() }

// LogValue returns a placeholder for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
