package match

import (
	"regexp"
	"strconv"
	"strings"
)

// tag is a company written into a customer's reference.
type tag struct {
	id         int64 // 0 when it is no number a company can have
	identifier string
	text       string
}

func (t tag) String() string { return t.text }

// tagPattern is what the tools in the field write and read:
// CWM:<id>:<identifier>, alone or between other text and bars.
var tagPattern = regexp.MustCompile(`(?i)\bCWM:([0-9]+)(?::([^|]*))?`)

// parseReference takes the tags out of a reference and returns them and the
// texts that remain between the bars.
func parseReference(reference string) (tags []tag, texts []string) {
	for _, part := range strings.Split(reference, "|") {
		for _, m := range tagPattern.FindAllStringSubmatch(part, -1) {
			id, err := strconv.ParseInt(m[1], 10, 64)
			if err != nil {
				id = 0 // too large for an id: names no company
			}
			tags = append(tags, tag{id: id, identifier: strings.TrimSpace(m[2]), text: strings.TrimSpace(m[0])})
		}
		if rest := strings.TrimSpace(tagPattern.ReplaceAllString(part, "")); rest != "" {
			texts = append(texts, rest)
		}
	}
	return tags, texts
}

// nameIDPattern is the naming convention "Name | Company name ~ 250".
var nameIDPattern = regexp.MustCompile(`\|[^|~]*~\s*([0-9]+)\s*$`)

// nameID returns the id in such a name. An id that is too large is 0, which
// is no company's.
func nameID(name string) (int64, bool) {
	m := nameIDPattern.FindStringSubmatch(plainName(name))
	if m == nil {
		return 0, false
	}
	id, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		id = 0
	}
	return id, true
}
