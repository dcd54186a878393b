package match

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/covedesk/covedesk/internal/text"
)

// cutLength is the length in UTF-16 units at which the service desk cut the
// names of companies until 2025.
const cutLength = 50

func (f *finder) tag(s *subject) answer {
	if s.CompanyID == "" {
		return answer{}
	}
	found, why := f.byID[s.CompanyID], "the reference to company "+text.Line(s.CompanyID)
	if len(found) == 0 {
		return answer{fault: why + ", which does not exist"}
	}
	// The id may come from another tenant, such as a test system, and then name
	// some other company here. So the identifier, or at least the name, has to
	// agree.
	c, i := &f.companies[found[0]], fold(s.CompanyIdentifier)
	if i == "" || i == fold(c.Identifier) || s.loose.base == f.loose[found[0]].base {
		return answer{found: found, why: why}
	}
	return answer{found: union(found, f.byIdentifier[i]), fault: fmt.Sprintf("%s and its identifier %q do not fit: that of %s is %q",
		why, s.CompanyIdentifier, c.describe(), c.Identifier)}
}

// nameIDPattern is the naming convention "Name | Company name ~ 250".
var nameIDPattern = regexp.MustCompile(`\|[^|~]*~\s*([0-9]+)$`)

func (f *finder) nameID(s *subject) answer {
	if !strings.Contains(s.bare, "~") {
		return answer{}
	}
	m := nameIDPattern.FindStringSubmatch(s.bare)
	if m == nil {
		return answer{}
	}
	found, why := f.byID[m[1]], "the id in the name"
	if len(found) == 0 {
		return answer{fault: fmt.Sprintf("%s names company %s, which does not exist", why, m[1])}
	}
	return answer{found: found, why: why}
}

func (f *finder) identifier(s *subject) answer {
	return answer{found: f.byIdentifier[s.whole], why: "the name is the identifier"}
}

func (f *finder) name(s *subject) answer {
	return answer{found: f.byName[s.whole], why: "the same name"}
}

func (f *finder) plainName(s *subject) answer {
	if s.plain == s.whole {
		return answer{}
	}
	return answer{found: union(f.byIdentifier[s.plain], f.byName[s.plain]), why: "the same name or identifier without the address"}
}

func (f *finder) looseName(s *subject) answer { return f.loosely(s.loose) }

// loosely looks first for the whole loose name, with article and legal form,
// and then for one where only one side has them. Names with different legal
// forms are different companies: they are candidates for a person, never a
// match.
func (f *finder) loosely(name looseName) answer {
	if same := f.byLooseName[name.whole()]; len(same) > 0 {
		return answer{found: same, why: "the same name except for punctuation"}
	}
	var agree, differ []int
	for _, i := range f.byBase[name.base] {
		switch {
		case f.loose[i].agrees(name):
			agree = append(agree, i)
		case f.unfit[i] == "":
			differ = append(differ, i)
		}
	}
	if len(agree) > 0 || len(differ) == 0 {
		return answer{found: agree, why: "the same name except for article and legal form"}
	}
	return answer{found: differ, fault: "the legal form differs from that of " + f.list(differ)}
}

// prefix finds the company whose name is the customer's name, cut to the old
// length. Two long names that only begin alike are different.
func (f *finder) prefix(s *subject) answer {
	if len(s.bare) <= cutLength {
		return answer{}
	}
	units := utf16.Encode([]rune(s.bare))
	if len(units) <= cutLength {
		return answer{}
	}
	return answer{found: f.byName[fold(string(utf16.Decode(units[:cutLength])))],
		why: fmt.Sprintf("the same name in its first %d characters", cutLength)}
}

func (f *finder) referenceText(s *subject) answer {
	if s.CompanyID != "" || s.CompanyIdentifier == "" {
		return answer{}
	}
	a := answer{why: fmt.Sprintf("an identifier or name in the reference text %q", s.CompanyIdentifier)}
	for part := range strings.SplitSeq(s.CompanyIdentifier, "|") {
		key := fold(part)
		here := f.byIdentifier[key]
		if len(here) == 0 {
			here = f.byName[key]
		}
		if len(here) == 0 {
			if like := f.loosely(loosen(key)); like.fault == "" {
				here = like.found
			}
		}
		a.found = union(a.found, here)
	}
	return a
}

func (f *finder) domain(s *subject) answer {
	d := domain(s.address)
	return answer{found: f.byDomain[d], why: fmt.Sprintf("the mail domain %s is that of the web site", text.Line(d))}
}

func (f *finder) contact(s *subject) answer {
	d := domain(s.address)
	return answer{found: f.byContact[d], why: fmt.Sprintf("the mail domain %s is that of the default contact", text.Line(d))}
}

// union returns the positions of both lists, ascending and each once.
func union(a, b []int) []int {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}
