package mark

import (
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
	// noDigest stands for a digest that was never taken: '0' is not a base32
	// letter, so no text can produce it.
	noDigest = "00000"
	// noTime stands for the zero time.
	noTime = "000000"

	// MaxReopens is what two base36 digits hold; the count stays there.
	MaxReopens = 36*36 - 1
	// MaxLength is the length of the longest marker, in bytes, characters and
	// UTF-16 units alike.
	MaxLength = 97
)

// ErrNotMarker is returned by [Parse] for a text that does not begin as a
// marker does: somebody else's reference.
var ErrNotMarker = errors.New("mark: not a marker")

// ErrDamaged is returned by [Parse] for a text that begins as a marker and is
// not one: cut off, edited, or changed in case.
var ErrDamaged = errors.New("mark: damaged marker")

// field is a part of a marker: what stands before it, and what it holds.
type field struct{ before, name, holds string }

// fields are the parts between the version and the check, in their order.
var fields = []field{
	{":", "owner", "[a-z0-9-]{1,10}"},
	{":", "source", "[a-z2-7]{4}"},
	{":", "customer", "[a-z2-7]{7}"},
	{":", "key", "[a-z2-7]{24}"},
	{":", "digest of the summary", "[a-z2-7]{5}|" + noDigest},
	{"", "digest of the company", "[a-z2-7]{5}|" + noDigest},
	{"", "digest of the priority", "[a-z2-7]{5}|" + noDigest},
	{"", "digest of the state", "[a-z2-7]{5}|" + noDigest},
	{":", "severity", "[0-4]"},
	{"", "state", "[" + stateLetters + "]"},
	{"", "note", "[np]"},
	{"", "count of reopenings", "[0-9a-z]{2}"},
	{":", "time of the last write", "[0-9a-z]{6}"},
	{":", "time since when it is absent", "[0-9a-z]{6}"},
}

var (
	whole, each = expressions()
	isOwner     = each[0].MatchString
	isKey       = each[3].MatchString
)

// expressions are that of a whole marker and those of its fields.
func expressions() (whole *regexp.Regexp, each []*regexp.Regexp) {
	all := "^" + version
	for _, f := range fields {
		all += f.before + "(" + f.holds + ")"
		each = append(each, regexp.MustCompile("^(?:"+f.holds+")$"))
	}
	return regexp.MustCompile(all + ":[a-z2-7]{2}$"), each
}

// Format writes m as the text that is kept in the ticket. It refuses what the
// format cannot hold: an owner that is not 1 to 10 characters of a-z, 0-9 and
// '-', a hash of the wrong length, a time outside 1970 to 2038. Times are kept
// to the second; a count of reopenings above [MaxReopens] stays there.
func (m Mark) Format() (string, error) {
	note := "n"
	if m.NotePending {
		note = "p"
	}
	d := &m.Digests
	body := version
	for i, part := range [...]string{
		m.Owner, m.Source, m.Customer, string(m.Key),
		d.Summary.part(), d.Company.part(), d.Priority.part(), d.State.part(),
		strconv.Itoa(int(m.Severity)), string(m.State.letter()), note, base36(int64(min(m.Reopens, MaxReopens)), 2),
		timePart(m.Written), timePart(m.AbsentSince),
	} {
		if !each[i].MatchString(part) {
			return "", fmt.Errorf("mark: the %s is %q: want %s", fields[i].name, part, fields[i].holds)
		}
		body += fields[i].before + part
	}
	return body + ":" + check(body), nil
}

// Parse reads what [Mark.Format] wrote. The error is [ErrNotMarker] when the
// text is somebody else's, and [ErrDamaged] when it begins as a marker but any
// character of it is wrong: such a ticket is held, never guessed at. Of a
// damaged marker only the owner and the key are returned, as far as they look
// like one: enough to know for which problem no second ticket may be created.
// Space around the text is tolerated.
func Parse(text string) (Mark, error) {
	text = strings.TrimSpace(text)
	if !isMarker(text) {
		return Mark{}, ErrNotMarker
	}
	p := whole.FindStringSubmatch(text)
	if p == nil || text[len(text)-2:] != check(text[:len(text)-3]) {
		return legible(text), ErrDamaged
	}
	return Mark{
		Owner: p[1], Source: p[2], Customer: p[3], Key: KeyID(p[4]),
		Digests:  Digests{Summary: digest(p[5]), Company: digest(p[6]), Priority: digest(p[7]), State: digest(p[8])},
		Severity: Severity(number(p[9])), State: State(strings.Index(stateLetters, p[10]) + 1), NotePending: p[11] == "p",
		Reopens: int(number(p[12])), Written: timeOf(p[13]), AbsentSince: timeOf(p[14]),
	}, nil
}

// legible is what a damaged marker still says about whose it is.
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

// isMarker reports whether text claims to be a marker of this version, in
// whatever case: LIKE on the server ignores case as well.
func isMarker(text string) bool {
	return len(text) > len(version) && strings.EqualFold(text[:len(version)+1], version+":")
}

// Prefix begins every marker of an owner; a list of that owner's tickets
// filters by it, without regard to case.
func Prefix(owner string) string { return version + ":" + owner + ":" }

// check is the hash of everything before it.
func check(body string) string { return text.HashBytes(2, []byte(body)) }

func (d Digest) part() string {
	if d == "" {
		return noDigest
	}
	return string(d)
}

func digest(part string) Digest {
	if part == noDigest {
		return ""
	}
	return Digest(part)
}

// timePart gives Unix seconds in base36; for a time that has no place in a
// marker what no marker holds.
func timePart(t time.Time) string {
	if t.IsZero() {
		return noTime
	}
	part := base36(t.Unix(), len(noTime))
	if part == noTime || len(part) > len(noTime) {
		return t.UTC().Format(time.RFC3339)
	}
	return part
}

func timeOf(part string) time.Time {
	if part == noTime {
		return time.Time{}
	}
	return time.Unix(number(part), 0).UTC()
}

// base36 writes n with leading zeros up to size digits.
func base36(n int64, size int) string {
	text := strconv.FormatInt(n, 36)
	return strings.Repeat("0", max(0, size-len(text))) + text
}

// number reads base36 digits that the expression has let through.
func number(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 36, 64)
	return n
}
