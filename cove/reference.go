package cove

import (
	"regexp"
	"strconv"
	"strings"
)

// A Reference names the ConnectWise company of a Cove customer. It is stored as
// a tag in the customer's external code (the console's "customer reference",
// column PF), beside any other text:
//
//	Gold contract | CWM:250:BirchDental
//
// A tag begins a word. It is CWM: in upper or lower case, then the digits of a
// company id, then optionally a colon and the company's identifier, which ends
// at the next vertical bar or line end. The zero value is not a reference.
type Reference struct {
	CompanyID  int64  // ConnectWise company id, at least 1
	Identifier string // ConnectWise company identifier; may be empty
}

// String returns the tag: "CWM:250:BirchDental", without the last part when the
// identifier is empty, and "" for the zero value. A vertical bar or line break
// in the identifier would end the tag early, so String replaces it by a blank.
func (r Reference) String() string {
	if r.CompanyID < 1 {
		return ""
	}
	tag := "CWM:" + strconv.FormatInt(r.CompanyID, 10)
	if identifier := cleanIdentifier(r.Identifier); identifier != "" {
		tag += ":" + identifier
	}
	return tag
}

func cleanIdentifier(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '|' || r == '\n' || r == '\r' {
			return ' '
		}
		return r
	}, s))
}

// ParseReference returns the first tag of an external code that names a
// company, and false if there is none.
func ParseReference(externalCode string) (Reference, bool) {
	all, _ := ParseReferences(externalCode)
	for _, ref := range all {
		if ref.CompanyID > 0 {
			return ref, true
		}
	}
	return Reference{}, false
}

// ParseReferences returns every tag of an external code, and the other texts
// between its vertical bars. A tag with an impossible number (0, or too large)
// has the CompanyID 0. The caller must decide what to do when the tags name
// different companies.
func ParseReferences(externalCode string) (tags []Reference, texts []string) {
	rest := 0
	var between strings.Builder
	for _, at := range findTags(externalCode) {
		between.WriteString(externalCode[rest:at.start])
		rest = at.end
		tags = append(tags, at.Reference)
	}
	between.WriteString(externalCode[rest:])
	for text := range strings.SplitSeq(between.String(), "|") {
		if text = strings.TrimSpace(text); text != "" {
			texts = append(texts, text)
		}
	}
	return tags, texts
}

// EditReference returns the external code with ref as its only tag. The tag
// replaces the first one; without one it is appended after " | ". Further tags
// are removed, because they would contradict it. All other text stays. The zero
// Reference removes every tag and its separator. A code that has the right tag
// already, in upper or lower case, is returned unchanged.
func EditReference(externalCode string, ref Reference) string {
	ref.Identifier = cleanIdentifier(ref.Identifier)
	tag := ref.String()
	tags := findTags(externalCode)
	if len(tags) == 1 && tags[0].Reference == ref && tag != "" {
		return externalCode
	}
	for len(tags) > 0 && (tag == "" || len(tags) > 1) {
		last := tags[len(tags)-1]
		externalCode = join(externalCode[:last.start], externalCode[last.end:])
		tags = tags[:len(tags)-1]
	}
	switch {
	case tag == "":
		return externalCode
	case len(tags) == 0 && strings.TrimSpace(externalCode) == "":
		return tag
	case len(tags) == 0:
		return strings.TrimRight(externalCode, " ") + " | " + tag
	}
	behind := externalCode[tags[0].end:]
	if next := strings.TrimLeft(behind, " "); next != "" && !strings.ContainsAny(next[:1], "|\r\n") {
		behind = " | " + next // otherwise the following text would become part of the identifier
	}
	return externalCode[:tags[0].start] + tag + behind
}

// join joins the texts before and after a removed tag and drops the tag's
// separator.
func join(before, behind string) string {
	before, behind = strings.TrimRight(before, " "), strings.TrimLeft(behind, " ")
	if rest, found := strings.CutSuffix(before, "|"); found {
		before = strings.TrimRight(rest, " ")
	} else if before == "" {
		behind = strings.TrimLeft(strings.TrimPrefix(behind, "|"), " ")
	}
	if before != "" && behind != "" {
		return before + " " + behind
	}
	return before + behind
}

// A place is a tag with its position in the text.
type place struct {
	Reference
	start, end int
}

var tagPattern = regexp.MustCompile(`(?i)(?:^|[^\pL\pN_])(CWM:([0-9]+)(?::([^|\r\n]*))?)`)

func findTags(text string) []place {
	var found []place
	pos, m := 0, tagPattern.FindStringSubmatchIndex(text)
	// Each search begins after the last tag. Text that follows a tag's number
	// directly counts as the beginning of a word.
	for ; m != nil; m = tagPattern.FindStringSubmatchIndex(text[pos:]) {
		part := text[pos:]
		at := place{start: pos + m[2], end: pos + m[2] + len(strings.TrimRight(part[m[2]:m[3]], " \t"))}
		if id, err := strconv.ParseInt(part[m[4]:m[5]], 10, 64); err == nil {
			at.CompanyID = id
		}
		at.Identifier = strings.TrimSpace(part[max(m[6], 0):max(m[7], 0)]) // -1 where there is none
		found = append(found, at)
		pos += m[1]
	}
	return found
}
