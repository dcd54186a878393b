package mark

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	version = "cdk1"

	ownerMax     = 10
	sourceSize   = 4
	customerSize = 7
	keySize      = 24
	digestSize   = 5
	flagsSize    = 5
	timeSize     = 6
	reopensSize  = 2
	checkSize    = 2

	// noDigest stands for a digest that was never taken: '0' is not a base32
	// letter, so no text can produce it.
	noDigest = "00000"

	// MaxReopens is what two base36 digits hold; the count stays there.
	MaxReopens = 36*36 - 1
	// MaxLength is the length of the longest marker, in bytes, characters and
	// UTF-16 units alike.
	MaxLength = len(version) + ownerMax + sourceSize + customerSize + keySize + 4*digestSize + flagsSize + 2*timeSize + checkSize + 9
)

// ErrNotMarker is returned by [Parse] for a text that does not begin as a
// marker does: somebody else's reference.
var ErrNotMarker = errors.New("mark: not a marker")

// ErrDamaged is returned by [Parse] for a text that begins as a marker and is
// not one: cut off, edited, or changed in case.
var ErrDamaged = errors.New("mark: damaged marker")

// Format writes m as the text that is kept in the ticket. It refuses what the
// format cannot hold: an owner that is not 1 to 10 characters of a-z, 0-9 and
// '-', a hash of the wrong length, a time outside 1970 to 2038. Times are kept
// to the second; a count of reopenings above [MaxReopens] stays there.
func Format(m Mark) (string, error) {
	if !validOwner(m.Owner) {
		return "", fmt.Errorf("mark: owner %q: want 1 to %d characters of a-z, 0-9 and -", m.Owner, ownerMax)
	}
	for _, part := range []struct {
		name, text string
		size       int
	}{
		{"source", m.Source, sourceSize},
		{"customer", m.Customer, customerSize},
		{"key", string(m.Key), keySize},
	} {
		if len(part.text) != part.size || !isBase32(part.text) {
			return "", fmt.Errorf("mark: %s %q: want %d base32 characters", part.name, part.text, part.size)
		}
	}
	var digests strings.Builder
	for _, d := range []Digest{m.Digests.Summary, m.Digests.Company, m.Digests.Priority, m.Digests.State} {
		text, err := formatDigest(d)
		if err != nil {
			return "", err
		}
		digests.WriteString(text)
	}
	if m.Severity > SeverityCritical {
		return "", fmt.Errorf("mark: severity %d is unknown", m.Severity)
	}
	switch m.State {
	case Open, Closed, Storm:
	default:
		return "", fmt.Errorf("mark: state %q is unknown", m.State)
	}
	if m.Reopens < 0 {
		return "", fmt.Errorf("mark: reopen count %d is negative", m.Reopens)
	}
	note := "n"
	if m.NotePending {
		note = "p"
	}
	flags := strconv.Itoa(int(m.Severity)) + string([]byte{byte(m.State)}) + note + base36(int64(min(m.Reopens, MaxReopens)), reopensSize)
	written, err := formatTime(m.Written)
	if err != nil {
		return "", err
	}
	absent, err := formatTime(m.AbsentSince)
	if err != nil {
		return "", err
	}
	body := strings.Join([]string{version, m.Owner, m.Source, m.Customer, string(m.Key), digests.String(), flags, written, absent}, ":")
	return body + ":" + check(body), nil
}

// Parse reads what [Format] wrote. The error is [ErrNotMarker] when the text is
// somebody else's, and [ErrDamaged] when it begins as a marker but any character of it is wrong: such a ticket is held, never
// guessed at. Of a damaged marker only the owner and the key are returned, as
// far as they look like one: enough to know for which problem no second ticket
// may be created. Space around the text is tolerated.
func Parse(text string) (Mark, error) {
	text = strings.TrimSpace(text)
	if !isMarker(text) {
		return Mark{}, ErrNotMarker
	}
	m, err := parseFields(text)
	if err != nil {
		return legible(text), fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	// One mark has one spelling, so a text that spells it otherwise is damaged
	// even where every part can be read.
	if again, err := Format(m); err != nil || again != text {
		return legible(text), fmt.Errorf("%w: the check does not match", ErrDamaged)
	}
	return m, nil
}

// legible is what a damaged marker still says about whose it is.
func legible(text string) Mark {
	var m Mark
	parts := strings.Split(strings.ToLower(text), ":")
	if len(parts) > 1 && validOwner(parts[1]) {
		m.Owner = parts[1]
	}
	if len(parts) > 4 && len(parts[4]) == keySize && isBase32(parts[4]) {
		m.Key = KeyID(parts[4])
	}
	return m
}

// isMarker reports whether text claims to be a marker of this version, in
// whatever case: LIKE on the server ignores case as well.
func isMarker(text string) bool {
	return len(text) > len(version) && strings.EqualFold(text[:len(version)+1], version+":")
}

func parseFields(text string) (Mark, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 10 {
		return Mark{}, fmt.Errorf("%d parts instead of 10", len(parts))
	}
	digests, flags := parts[5], parts[6]
	if len(digests) != 4*digestSize {
		return Mark{}, fmt.Errorf("digests of %d characters", len(digests))
	}
	if len(flags) != flagsSize {
		return Mark{}, fmt.Errorf("flags of %d characters", len(flags))
	}
	if flags[0] < '0' || flags[0] > '9' {
		return Mark{}, fmt.Errorf("severity %q", flags[0])
	}
	reopens, err := strconv.ParseInt(flags[3:], 36, 32)
	if err != nil {
		return Mark{}, fmt.Errorf("reopen count: %w", err)
	}
	written, err := parseTime(parts[7])
	if err != nil {
		return Mark{}, err
	}
	absent, err := parseTime(parts[8])
	if err != nil {
		return Mark{}, err
	}
	return Mark{
		Owner:    parts[1],
		Source:   parts[2],
		Customer: parts[3],
		Key:      KeyID(parts[4]),
		Digests: Digests{
			Summary:  parseDigest(digests[0:5]),
			Company:  parseDigest(digests[5:10]),
			Priority: parseDigest(digests[10:15]),
			State:    parseDigest(digests[15:20]),
		},
		Severity:    Severity(flags[0] - '0'),
		State:       State(flags[1]),
		NotePending: flags[2] == 'p',
		Reopens:     int(reopens),
		Written:     written,
		AbsentSince: absent,
	}, nil
}

// Prefix begins every marker of an owner; a list of that owner's tickets
// filters by it, without regard to case.
func Prefix(owner string) string { return version + ":" + owner + ":" }

// check is the leading base32 of the SHA-256 of everything before it.
func check(body string) string { return encoded(checkSize, []byte(body)) }

func formatDigest(d Digest) (string, error) {
	if d == "" {
		return noDigest, nil
	}
	if len(d) != digestSize || !isBase32(string(d)) {
		return "", fmt.Errorf("mark: digest %q: want %d base32 characters", d, digestSize)
	}
	return string(d), nil
}

func parseDigest(text string) Digest {
	if text == noDigest {
		return ""
	}
	return Digest(text)
}

// formatTime writes Unix seconds in base36; the zero time is all zeros.
func formatTime(t time.Time) (string, error) {
	if t.IsZero() {
		return strings.Repeat("0", timeSize), nil
	}
	seconds := t.Unix()
	text := base36(seconds, timeSize)
	if seconds <= 0 || len(text) > timeSize {
		return "", fmt.Errorf("mark: time %s does not fit", t.UTC().Format(time.RFC3339))
	}
	return text, nil
}

func parseTime(text string) (time.Time, error) {
	seconds, err := strconv.ParseInt(text, 36, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("time: %w", err)
	}
	if seconds == 0 {
		return time.Time{}, nil
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// base36 writes n with leading zeros up to size digits.
func base36(n int64, size int) string {
	text := strconv.FormatInt(n, 36)
	return strings.Repeat("0", max(0, size-len(text))) + text
}
