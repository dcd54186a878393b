package cove

import (
	"strconv"
	"strings"
)

// A Reference names the ConnectWise company of a Cove customer. It is kept as
// a tag within the customer's external code (the "customer reference" of the
// console, column PF), among whatever other text stands there:
//
//	Gold contract | CWM:250:BirchDental
//
// The zero value is no reference.
type Reference struct {
	CompanyID  int64  // ConnectWise company id; none below one is a reference
	Identifier string // ConnectWise company identifier; may be empty
}

// String returns the tag: "CWM:250:BirchDental", without the last part when
// the identifier is empty, and "" for the zero value.
func (r Reference) String() string {
	if r.CompanyID < 1 {
		return ""
	}
	tag := "CWM:" + strconv.FormatInt(r.CompanyID, 10)
	if r.Identifier != "" {
		tag += ":" + r.Identifier
	}
	return tag
}

// ParseReference finds the first tag within an external code. It reports false
// where there is none.
func ParseReference(externalCode string) (Reference, bool) {
	ref, _, _, ok := findReference(externalCode)
	return ref, ok
}

// EditReference returns the external code with its tag replaced by that of
// ref, or appended after " | " where it has none. All other text stays as it
// is. The zero Reference removes the tag and its separator.
//
// A vertical bar or line break in the identifier would end the tag early; they
// become blanks.
func EditReference(externalCode string, ref Reference) string {
	ref.Identifier = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '|' || r < ' ' {
			return ' '
		}
		return r
	}, ref.Identifier))
	old, start, end, ok := findReference(externalCode)
	tag := ref.String()
	switch {
	case ok && old == ref:
		return externalCode
	case ok && tag != "":
		return externalCode[:start] + tag + externalCode[end:]
	case ok:
		before, after := strings.TrimRight(externalCode[:start], " "), strings.TrimLeft(externalCode[end:], " ")
		if rest, found := strings.CutSuffix(before, "|"); found {
			before = strings.TrimRight(rest, " ")
		} else if before == "" {
			after = strings.TrimLeft(strings.TrimPrefix(after, "|"), " ")
		}
		if before != "" && after != "" {
			return before + " " + after
		}
		return before + after
	case tag == "":
		return externalCode
	case strings.TrimSpace(externalCode) == "":
		return tag
	}
	return strings.TrimRight(externalCode, " ") + " | " + tag
}

// findReference returns the first tag and the bytes it spans. A tag is "CWM:",
// digits, and optionally a colon and an identifier that reaches to the next
// vertical bar; blanks around the identifier are not part of it.
func findReference(text string) (ref Reference, start, end int, ok bool) {
	for from := 0; ; {
		i := strings.Index(text[from:], "CWM:")
		if i < 0 {
			return Reference{}, 0, 0, false
		}
		start = from + i
		end = start + len("CWM:")
		from = end
		digits := end
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		id, err := strconv.ParseInt(text[digits:end], 10, 64)
		if err != nil || id == 0 {
			continue
		}
		ref.CompanyID = id
		if end < len(text) && text[end] == ':' {
			rest, _, _ := strings.Cut(text[end+1:], "|")
			ref.Identifier = strings.TrimSpace(rest)
			end += 1 + len(strings.TrimRight(rest, " \t"))
		}
		return ref, start, end, true
	}
}
