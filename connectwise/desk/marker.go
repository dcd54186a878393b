package desk

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/reconcile"
)

// The marker is the desk's only memory: one line of at most 97 ASCII
// characters in a ticket's externalXRef.
//
//	cdk1:<owner ≤10>:<source 4>:<group 7>:<key 24>:<digests 20>:<flags 5>:<written 6>:<absent 6>:<check 2>
//
// It uses no character that a condition's LIKE could take for a wildcard.
const (
	markerVersion = "cdk1"

	ownerMax    = 10
	sourceSize  = 4
	groupSize   = 7
	keySize     = 24
	digestSize  = 5
	flagsSize   = 5
	timeSize    = 6
	reopensSize = 2
	checkSize   = 2

	// noDigest stands for a digest that was never taken: '0' is not a base32
	// letter, so no text can produce it.
	noDigest = "00000"
	// maxReopens is what two base36 digits hold; the count stays there.
	maxReopens = 36*36 - 1
)

// ErrNotMarker is returned by [ParseMarker] for a text that does not begin as
// a marker does: somebody else's reference.
var ErrNotMarker = errors.New("desk: not a marker")

// ErrDamagedMarker is returned by [ParseMarker] for a text that begins as a
// marker and is not one: cut off, edited, or changed in case.
var ErrDamagedMarker = errors.New("desk: damaged marker")

// lowerBase32 is the alphabet of every hash in a marker.
var lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// FormatMarker writes m as the text that is kept in the ticket. It refuses
// what the format cannot hold: an owner that is not 1 to 10 characters of a-z,
// 0-9 and '-', a hash of the wrong length, a time outside 1970 to 2038.
// Times are kept to the second; a reopen count above 1295 stays 1295.
func FormatMarker(m reconcile.Mark) (string, error) {
	if !validOwner(m.Owner) {
		return "", fmt.Errorf("desk: owner %q: want 1 to %d characters of a-z, 0-9 and -", m.Owner, ownerMax)
	}
	for _, part := range []struct {
		name, text string
		size       int
	}{
		{"source", m.Source, sourceSize},
		{"group", m.Group, groupSize},
		{"key", string(m.Key), keySize},
	} {
		if len(part.text) != part.size || !isBase32(part.text) {
			return "", fmt.Errorf("desk: marker %s %q: want %d base32 characters", part.name, part.text, part.size)
		}
	}
	var digests strings.Builder
	for _, d := range []reconcile.Digest{m.Digests.Summary, m.Digests.Company, m.Digests.Priority, m.Digests.State} {
		text, err := formatDigest(d)
		if err != nil {
			return "", err
		}
		digests.WriteString(text)
	}
	if m.Severity > reconcile.SeverityCritical {
		return "", fmt.Errorf("desk: marker severity %d is unknown", m.Severity)
	}
	switch m.State {
	case reconcile.MarkOpen, reconcile.MarkClosed, reconcile.MarkStorm:
	default:
		return "", fmt.Errorf("desk: marker state %q is unknown", m.State)
	}
	if m.Reopens < 0 {
		return "", fmt.Errorf("desk: marker reopen count %d is negative", m.Reopens)
	}
	note := "n"
	if m.NotePending {
		note = "p"
	}
	flags := strconv.Itoa(int(m.Severity)) + string([]byte{byte(m.State)}) + note + base36(int64(min(m.Reopens, maxReopens)), reopensSize)
	written, err := formatTime(m.Written)
	if err != nil {
		return "", err
	}
	absent, err := formatTime(m.AbsentSince)
	if err != nil {
		return "", err
	}
	body := strings.Join([]string{markerVersion, m.Owner, m.Source, m.Group, string(m.Key), digests.String(), flags, written, absent}, ":")
	return body + ":" + markerCheck(body), nil
}

// ParseMarker reads what [FormatMarker] wrote. The error is [ErrNotMarker]
// when the text is somebody else's, and [ErrDamagedMarker] when it begins as a
// marker but any character of it is wrong: such a ticket is held, never
// guessed at. Of a damaged marker only the owner and the key are returned, as
// far as they look like one: enough to know for which problem no second ticket
// may be created. Space around the text is tolerated.
func ParseMarker(text string) (reconcile.Mark, error) {
	text = strings.TrimSpace(text)
	if !isMarkerText(text) {
		return reconcile.Mark{}, ErrNotMarker
	}
	m, err := parseFields(text)
	if err != nil {
		return legible(text), fmt.Errorf("%w: %w", ErrDamagedMarker, err)
	}
	// One mark has one spelling, so a text that spells it otherwise is damaged
	// even where every part can be read.
	if again, err := FormatMarker(m); err != nil || again != text {
		return legible(text), fmt.Errorf("%w: the check does not match", ErrDamagedMarker)
	}
	return m, nil
}

// legible is what a damaged marker still says about whose it is.
func legible(text string) reconcile.Mark {
	var m reconcile.Mark
	parts := strings.Split(strings.ToLower(text), ":")
	if len(parts) > 1 && validOwner(parts[1]) {
		m.Owner = parts[1]
	}
	if len(parts) > 4 && len(parts[4]) == keySize && isBase32(parts[4]) {
		m.Key = reconcile.KeyID(parts[4])
	}
	return m
}

// isMarkerText reports whether text claims to be a marker of this version, in
// whatever case: LIKE on the server ignores case as well.
func isMarkerText(text string) bool {
	return len(text) > len(markerVersion) && strings.EqualFold(text[:len(markerVersion)+1], markerVersion+":")
}

func parseFields(text string) (reconcile.Mark, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 10 {
		return reconcile.Mark{}, fmt.Errorf("%d parts instead of 10", len(parts))
	}
	digests, flags := parts[5], parts[6]
	if len(digests) != 4*digestSize {
		return reconcile.Mark{}, fmt.Errorf("digests of %d characters", len(digests))
	}
	if len(flags) != flagsSize {
		return reconcile.Mark{}, fmt.Errorf("flags of %d characters", len(flags))
	}
	if flags[0] < '0' || flags[0] > '9' {
		return reconcile.Mark{}, fmt.Errorf("severity %q", flags[0])
	}
	reopens, err := strconv.ParseInt(flags[3:], 36, 32)
	if err != nil {
		return reconcile.Mark{}, fmt.Errorf("reopen count: %w", err)
	}
	written, err := parseTime(parts[7])
	if err != nil {
		return reconcile.Mark{}, err
	}
	absent, err := parseTime(parts[8])
	if err != nil {
		return reconcile.Mark{}, err
	}
	return reconcile.Mark{
		Owner:  parts[1],
		Source: parts[2],
		Group:  parts[3],
		Key:    reconcile.KeyID(parts[4]),
		Digests: reconcile.Digests{
			Summary:  parseDigest(digests[0:5]),
			Company:  parseDigest(digests[5:10]),
			Priority: parseDigest(digests[10:15]),
			State:    parseDigest(digests[15:20]),
		},
		Severity:    reconcile.Severity(flags[0] - '0'),
		State:       reconcile.MarkState(flags[1]),
		NotePending: flags[2] == 'p',
		Reopens:     int(reopens),
		Written:     written,
		AbsentSince: absent,
	}, nil
}

// markerPrefix begins every marker of an owner; a list of that owner's tickets
// filters by it.
func markerPrefix(owner string) string { return markerVersion + ":" + owner + ":" }

// markerCheck is the leading base32 of the SHA-256 of everything before it.
func markerCheck(body string) string {
	sum := sha256.Sum256([]byte(body))
	return lowerBase32.EncodeToString(sum[:])[:checkSize]
}

func validOwner(owner string) bool {
	if owner == "" || len(owner) > ownerMax {
		return false
	}
	for _, r := range owner {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}

func isBase32(text string) bool {
	for _, r := range text {
		if (r < 'a' || r > 'z') && (r < '2' || r > '7') {
			return false
		}
	}
	return true
}

func formatDigest(d reconcile.Digest) (string, error) {
	if d == "" {
		return noDigest, nil
	}
	if len(d) != digestSize || !isBase32(string(d)) {
		return "", fmt.Errorf("desk: marker digest %q: want %d base32 characters", d, digestSize)
	}
	return string(d), nil
}

func parseDigest(text string) reconcile.Digest {
	if text == noDigest {
		return ""
	}
	return reconcile.Digest(text)
}

// formatTime writes Unix seconds in base36; the zero time is all zeros.
func formatTime(t time.Time) (string, error) {
	if t.IsZero() {
		return strings.Repeat("0", timeSize), nil
	}
	seconds := t.Unix()
	text := base36(seconds, timeSize)
	if seconds <= 0 || len(text) > timeSize {
		return "", fmt.Errorf("desk: marker time %s does not fit", t.UTC().Format(time.RFC3339))
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
