package desk

import "fmt"

// Health says how well a run went. Larger is worse, and the worst finding of a
// run counts. Its text form is "fine", "attention", "blind" or "failed".
type Health uint8

const (
	// HealthFine means that everything was seen and done.
	HealthFine Health = iota
	// HealthAttention means that a person should look at something; the rest
	// was seen and done.
	HealthAttention
	// HealthBlind means that not everything was seen: a look or a list failed or is
	// incomplete, or the services' clocks differ too much.
	HealthBlind
	// HealthFailed means that a write failed, a stop stands, or an older tool still runs.
	HealthFailed
)

var healthNames = [...]string{"fine", "attention", "blind", "failed"}

// String returns the text form, for a value out of range "health(9)".
func (h Health) String() string {
	if int(h) < len(healthNames) {
		return healthNames[h]
	}
	return fmt.Sprintf("health(%d)", uint8(h))
}

// MarshalText implements encoding.TextMarshaler.
func (h Health) MarshalText() ([]byte, error) { return []byte(h.String()), nil }
