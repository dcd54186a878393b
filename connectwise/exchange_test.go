package connectwise

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// exchangeTypes maps paths to the types that their answers are read into.
var exchangeTypes = []struct {
	path string
	typ  reflect.Type
}{
	{`^service/tickets(/search|/\d+)?$`, reflect.TypeFor[Ticket]()},
	{`^service/tickets/\d+/notes`, reflect.TypeFor[TicketNote]()},
	{`^service/tickets/\d+/configurations`, reflect.TypeFor[TicketConfiguration]()},
	{`^service/boards/\d+$`, reflect.TypeFor[Board]()},
	{`/statuses/\d+$`, reflect.TypeFor[BoardStatus]()},
	{`/types/\d+$`, reflect.TypeFor[BoardType]()},
	{`/subtypes/\d+$`, reflect.TypeFor[BoardSubType]()},
	{`/items/\d+$`, reflect.TypeFor[BoardItem]()},
	{`/teams/\d+$`, reflect.TypeFor[BoardTeam]()},
	{`^service/priorities/\d+$`, reflect.TypeFor[Priority]()},
	{`^service/severities/\d+$`, reflect.TypeFor[Severity]()},
	{`^company/companies(/\d+)?$`, reflect.TypeFor[Company]()},
	{`/sites/\d+$`, reflect.TypeFor[CompanySite]()},
	{`/typeAssociations`, reflect.TypeFor[CompanyTypeAssociation]()},
	{`^company/contacts(/\d+)?$`, reflect.TypeFor[Contact]()},
	{`^company/configurations(/\d+)?$`, reflect.TypeFor[Configuration]()},
	{`^system/callbacks`, reflect.TypeFor[Callback]()},
	{`^system/info/members`, reflect.TypeFor[MemberInfo]()},
	{`^system/info$`, reflect.TypeFor[SystemInfo]()},
	{`^system/mySecurity`, reflect.TypeFor[Permission]()},
	{`^time/entries`, reflect.TypeFor[TimeEntry]()},
}

// Answers captured from real servers are read without loss, and refusals become
// errors with all that the server said.
func TestCapturedExchanges(t *testing.T) {
	files, err := filepath.Glob("connectwisetest/testdata/exchanges/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no exchanges", err)
	}
	read := 0
	for _, file := range files {
		var x struct {
			Request  struct{ Method, Path string }
			Response struct {
				Status      int
				ContentType string
				Text        string
				Body        json.RawMessage
			}
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &x); err != nil {
			t.Fatal(file, err)
		}
		name := filepath.Base(file)
		path, _, _ := strings.Cut(x.Request.Path, "?")
		path = strings.TrimPrefix(path, "/")
		if strings.HasPrefix(path, "login/") {
			continue // the tests of discovery cover these
		}
		body := string(x.Response.Body) + x.Response.Text
		s := newTestServer(t, func(w http.ResponseWriter, _ *http.Request) {
			if x.Response.ContentType != "" {
				w.Header().Set("Content-Type", x.Response.ContentType)
			}
			w.WriteHeader(x.Response.Status)
			_, _ = io.WriteString(w, body)
		})
		c := s.client(t, WithRetry(Retry{Attempts: 1}))
		if x.Response.Status >= 300 {
			err := c.Do(t.Context(), x.Request.Method, path, nil, nil, nil)
			var e *Error
			if !errors.As(err, &e) || e.Status != x.Response.Status || len(e.classes) == 0 {
				t.Errorf("%s: %v", name, err)
				continue
			}
			var said struct {
				Code, Message string
				Errors        []FieldError
			}
			if json.Unmarshal(x.Response.Body, &said) == nil && said.Code != "" &&
				(e.Code != said.Code || len(e.Errors) != len(said.Errors) || !strings.Contains(e.Error(), (&answer{}).quote(said.Message))) {
				t.Errorf("%s: %v", name, err)
			}
			read++
			continue
		}
		for _, et := range exchangeTypes {
			if !regexp.MustCompile(et.path).MatchString(path) {
				continue
			}
			typ := et.typ
			if bytes.HasPrefix(bytes.TrimSpace(x.Response.Body), []byte("[")) {
				typ = reflect.SliceOf(typ)
			}
			got := reflect.New(typ)
			if err := c.Do(t.Context(), x.Request.Method, path, nil, nil, got.Interface()); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			back, err := toTree(got.Interface())
			if err != nil {
				t.Fatal(err)
			}
			want, err := toTree(x.Response.Body)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, name, want, back)
			read++
		}
	}
	if read < len(files)-8 {
		t.Errorf("%d of %d exchanges read", read, len(files))
	}
}

// compare checks that every member with a value is in the record that was read,
// except members of references and _info that are left out on purpose.
func compare(t *testing.T, at string, want, got any) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for name, value := range w {
			switch {
			case value == nil || value == "" || value == false || value == json.Number("0"),
				strings.HasSuffix(name, "_href"), name == "mobileGuid" && strings.HasSuffix(at, "_info"):
				continue
			}
			if _, present := g[name]; !present && isEmpty(value) {
				continue
			}
			if _, present := g[name]; !present && (name == "_info" || name == "member" || isRefExtra(name)) && strings.Contains(at, "/") {
				continue
			}
			if name == "_info" && onlyLinks(value) || name == "member" && strings.HasPrefix(at, "security") {
				continue
			}
			compare(t, at+"/"+name, value, g[name])
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			t.Errorf("%s: %d elements, want %d", at, len(g), len(w))
			return
		}
		for i := range w {
			compare(t, at, w[i], g[i])
		}
	default:
		if !reflect.DeepEqual(want, got) {
			t.Errorf("%s: read %v, want %v", at, got, want)
		}
	}
}

func isRefExtra(name string) bool {
	for _, extra := range notKept {
		if name == extra {
			return true
		}
	}
	return false
}

func isEmpty(value any) bool {
	list, isList := value.([]any)
	return isList && len(list) == 0
}

func onlyLinks(value any) bool {
	m, ok := value.(map[string]any)
	for name := range m {
		if !strings.HasSuffix(name, "_href") && name != "mobileGuid" {
			return false
		}
	}
	return ok
}
