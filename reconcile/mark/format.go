package mark

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

const (
	version = "cdk1"
	// noDigest stands for an unknown digest. '0' is not a base32 letter, so no
	// text has this digest.
	noDigest = "00000"

	// MaxReopens is the most that two base36 digits hold. Higher counts are
	// written as MaxReopens.
	MaxReopens = 36*36 - 1
	// MaxLength is the length of the longest marker, in bytes, in characters and
	// in UTF-16 units.
	MaxLength = 97
)

// ErrNotMarker is returned by [Parse] for a text that does not begin like a
// marker: it belongs to another program or a person.
var ErrNotMarker = errors.New("mark: not a marker")

// ErrDamaged is returned by [Parse] for a text that begins like a marker but is
// not valid: it was cut off, edited, or changed in case.
var ErrDamaged = errors.New("mark: damaged marker")

// whole matches a marker; its groups are the members of a [Mark] in order.
var (
	whole = regexp.MustCompile("^" + version + ":([a-z0-9-]{1,10}):([a-z2-7]{4}):([a-z2-7]{7}):([a-z2-7]{24})" +
		":([a-z2-7]{5}|0{5})([a-z2-7]{5}|0{5})([a-z2-7]{5}|0{5})([a-z2-7]{5}|0{5})" +
		":([0-4])([ocs])([np])([0-9a-z]{2}):([0-9a-z]{6}):([0-9a-z]{6}):[a-z2-7]{2}$")
	isOwner = regexp.MustCompile("^[a-z0-9-]{1,10}$").MatchString
	isKey   = regexp.MustCompile("^[a-z2-7]{24}$").MatchString
)

// Format returns the text to store in the ticket. It refuses what the format
// cannot hold: an owner that is not 1 to 10 characters of a-z, 0-9 and '-', a
// hash of the wrong length, a time before 1970 or after 2038-12-24. Times are
// cut to whole seconds. A count of reopenings above [MaxReopens] is written as
// MaxReopens.
func (m Mark) Format() (string, error) {
	m.Reopens = min(m.Reopens, MaxReopens)
	m.Written, m.AbsentSince = m.Written.UTC().Truncate(time.Second), m.AbsentSince.UTC().Truncate(time.Second)
	note := "n"
	if m.NotePending {
		note = "p"
	}
	d := &m.Digests
	text := fmt.Sprintf("%s%s:%s:%s:%s%s%s%s:%d%c%s%s:%s:%s", Prefix(m.Owner), m.Source, m.Customer, m.Key,
		cmp.Or(d.Summary, noDigest), cmp.Or(d.Company, noDigest), cmp.Or(d.Priority, noDigest), cmp.Or(d.State, noDigest),
		m.Severity, m.State.letter(), note, base36(int64(m.Reopens), 2), base36(seconds(m.Written), 6), base36(seconds(m.AbsentSince), 6))
	text += ":" + check(text)
	if back, err := Parse(text); err != nil || back != m {
		return "", fmt.Errorf("mark: it does not fit into a marker: %+v", m)
	}
	return text, nil
}

// Parse reads what [Mark.Format] wrote. It ignores space around the text. The
// error is [ErrNotMarker] when the text does not begin like a marker, and
// [ErrDamaged] when it does but any character is wrong. Of a damaged marker
// Parse returns owner and key, if they are readable: enough to know for which
// problem no second ticket may be created.
func Parse(text string) (Mark, error) {
	text = strings.TrimSpace(text)
	if len(text) <= len(version) || !strings.EqualFold(text[:len(version)+1], version+":") {
		return Mark{}, ErrNotMarker // conditions on the server ignore case too
	}
	p := whole.FindStringSubmatch(text)
	if p == nil || text[len(text)-2:] != check(text[:len(text)-3]) {
		return legible(text), ErrDamaged
	}
	return Mark{
		Owner: p[1], Source: p[2], Customer: p[3], Key: KeyID(p[4]),
		Digests:  Digests{Summary: digest(p[5]), Company: digest(p[6]), Priority: digest(p[7]), State: digest(p[8])},
		Severity: Severity(number(p[9])), State: State(strings.Index(stateLetters, p[10])), NotePending: p[11] == "p",
		Reopens: int(number(p[12])), Written: timeOf(number(p[13])), AbsentSince: timeOf(number(p[14])),
	}, nil
}

// legible returns what a damaged marker still says about owner and key.
func legible(text string) (m Mark) {
	parts := strings.Split(strings.ToLower(text), ":")
	if isOwner(parts[1]) {
		m.Owner = parts[1]
	}
	if len(parts) > 4 && isKey(parts[4]) {
		m.Key = KeyID(parts[4])
	}
	return m
}

// Prefix returns the beginning of every marker of an owner. Filter tickets by
// it to list that owner's, ignoring case.
func Prefix(owner string) string { return version + ":" + owner + ":" }

// check returns the hash of everything before it.
func check(body string) string { return text.HashBytes(2, []byte(body)) }

func digest(part string) Digest { return Digest(strings.TrimPrefix(part, noDigest)) }

// seconds returns Unix seconds; 0 stands for the zero time.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func timeOf(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// base36 writes n in base 36, with leading zeros up to size digits.
func base36(n int64, size int) string {
	text := strconv.FormatInt(n, 36)
	return strings.Repeat("0", max(0, size-len(text))) + text
}

// number reads base36 digits that whole has matched.
func number(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 36, 64)
	return n
}
