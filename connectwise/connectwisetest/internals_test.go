package connectwisetest

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// The operator like agrees with a regular expression made from the same
// pattern.
func TestLikeAgainstRegexp(t *testing.T) {
	letters := rapid.SampledFrom([]rune(`aAb-^]. `))
	rapid.Check(t, func(t *rapid.T) {
		var pattern, re strings.Builder
		re.WriteString(`(?is)^`)
		for _, part := range rapid.SliceOfN(rapid.IntRange(0, 5), 0, 8).Draw(t, "parts") {
			switch part {
			case 0:
				pattern.WriteByte('%')
				re.WriteString(`.*`)
			case 1:
				pattern.WriteByte('*')
				re.WriteString(`.*`)
			case 2:
				pattern.WriteByte('_')
				re.WriteString(`.`)
			case 3:
				pattern.WriteString(`[a-b]`)
				re.WriteString(`[a-b]`)
			default:
				r := letters.Draw(t, "letter")
				pattern.WriteRune(r)
				re.WriteString(regexp.QuoteMeta(string(r)))
			}
		}
		re.WriteString(`$`)
		text := string(rapid.SliceOfN(letters, 0, 10).Draw(t, "text"))
		if got, want := newLike(pattern.String()).match(text), regexp.MustCompile(re.String()).MatchString(text); got != want {
			t.Fatalf("%q like %q is %v, regexp %s says %v", text, pattern.String(), got, re.String(), want)
		}
	})
}

// No text makes the server panic, in any kind of condition, and a condition
// that it accepts can be evaluated.
func FuzzConditions(f *testing.F) {
	s := NewServer(Config{})
	s.AddBoard(Board{Name: "Help Desk"})
	s.AddCompany(Company{Identifier: "ACME", Name: "Acme", Types: []string{"Client"}})
	s.AddContact(Contact{FirstName: "Jorge", Company: ByIdentifier("ACME"), Email: "j@acme.test"})
	s.AddCustomField(CustomField{ID: 1, Entity: "Ticket", Caption: "Device"})
	s.AddCustomField(CustomField{ID: 2, Entity: "Ticket", Caption: "Tries", Type: "Number"})
	s.AddTicket(Ticket{Summary: "x", Company: ByIdentifier("ACME"), CustomFields: map[string]any{"Device": "a", "Tries": 5}})
	t := s.tables["tickets"]
	for _, seed := range []string{
		`id = 1`, `(status/name="New" or board/id in (1, 2)) and lastUpdated > [2024-01-01T00:00:00Z]`, `summary not like "%a[b-c]_*"`,
		`owner/id = null`, `closedFlag != True`, `externalXRef contains 'it"s'`, `id=4ANDid=5`, `budgetHours >= -3.5`, "summary = \"a\nb\"", `configuration/id = 3`,
		`caption = "Device" and value != null`, `id in (1, 2) and value > 4`, `types/name = "Client"`, `communicationItems/type/id = 1 or communicationItems/value like "%@acme.test"`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(tt *testing.T, text string) {
		for _, escapes := range []Escapes{EscapeNone, EscapeBackslash, EscapeDoubled} {
			s.sw().Escapes = escapes
			cond, p := s.compile(text, s.recordNames(t))
			if (p == nil) != (cond != nil || strings.TrimSpace(text) == "") {
				tt.Fatalf("%q gives %v and %v", text, cond, p)
			}
			if cond != nil {
				cond(row{v: t.order[0].cur})
			}
			for name, l := range map[string]listing{"tickets": {customFieldConditions: text}, "companies": {childConditions: text}, "contacts": {childConditions: text}} {
				if match, p := s.filter(s.tables[name], l); p == nil {
					match(s.tables[name].order[0].cur)
				}
			}
		}
	})
}

// The parser of bodies accepts the same texts as encoding/json and reads the
// same values, and the writer keeps strings unchanged.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e3,"x\u00e9\n",true,false,null],"b":{}}`, `[`, `{"a" 1}`, `"\ud800"`, ` {"a":1} x`, `01`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := parseJSON(b)
		if !utf8.Valid(b) || strings.Count(string(b), "[")+strings.Count(string(b), "{") > 60 || strings.HasPrefix(string(b), "\ufeff") {
			return
		}
		if json.Valid(b) != (err == nil) {
			t.Fatalf("%q: encoding/json says %v, the server %v", b, json.Valid(b), err)
		}
		if err != nil || n.kind != nodeString {
			return
		}
		var want, got string
		if err := json.Unmarshal(b, &want); err != nil || want != n.text {
			t.Fatalf("%q reads %q, want %q", b, n.text, want)
		}
		if err := json.Unmarshal(appendString(nil, want), &got); err != nil || got != want {
			t.Fatalf("%q written and read is %q: %v", want, got, err)
		}
	})
}
