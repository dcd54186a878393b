package connectwise

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// Any error body gives a readable error. An HTML page or an empty body with
// status 404 never means a missing record.
func FuzzErrorBody(f *testing.F) {
	f.Add(400, `{"code":"InvalidObject","message":"m","errors":[{"code":"c","message":"m","resource":"r","field":"f"}]}`)
	f.Add(404, `{"code":"NotFound","message":"Ticket 1 not found"}`)
	f.Add(404, "<html><title>404</title></html>")
	f.Add(429, `{"error":"ConnectWiseAPI","message":"Too many requests."}`)
	f.Add(502, "\x00\xff<title")
	f.Add(400, `{"code":5,"errors":{}}`)
	f.Add(404, `{"message":"No HTTP resource was found"}`)
	f.Add(400, `{"code":"a\nb","errors":[{"code":"\u0000","message":"\u0085","field":"\n"}]}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 300 || status > 599 {
			return
		}
		a := &answer{method: "GET", path: "/x", status: status, header: http.Header{}, body: []byte(body), attempts: 1}
		e := a.refused()
		text := e.Error()
		if len(e.classes) == 0 || strings.ContainsFunc(text, unicode.IsControl) || len(text) > 40<<10 || !utf8.ValidString(text) {
			t.Errorf("%d %q: %q, classes %v", status, body, text, e.classes)
		}
		if e.Is(ErrNotFound) && (status != 404 || e.Code == "" || !json.Valid([]byte(strings.TrimSpace(body)))) {
			t.Errorf("%d %q counts as not found", status, body)
		}
	})
}

// A next link is found if and only if the header has one, whatever else it
// holds. Only an empty header or a clear statement of the page ends a list.
func FuzzLink(f *testing.F) {
	f.Add(`<https://h/x?conditions=type/id=4 AND objectId=7&pageId=5>; rel="next"`)
	f.Add(`<https://h/x?page=2>; rel="last", <https://h/x?page=3>; rel="next"`)
	f.Add(`<>;rel=next,<`)
	f.Add(`<a>; title="rel=next"; rel="prev next"`)
	f.Add(`<https://cdn/x.css>; rel=preload; as=style`)
	f.Fuzz(func(t *testing.T, header string) {
		says := func(q query, headers ...string) (word, string) {
			return (&rawPage{answer: &answer{header: http.Header{"Link": headers}}}).says(q)
		}
		word, cursor := says(query{forward: true}, header)
		if lower := strings.ToLower(header); word == more && (cursor == "" || !strings.Contains(lower, "next")) ||
			word == over && strings.TrimSpace(header) != "" {
			t.Errorf("%q: says %v, cursor %q", header, word, cursor)
		}
		if word, _ := says(query{page: 2}, header); word == over && strings.TrimSpace(header) != "" && !strings.Contains(header, "page=") {
			t.Errorf("%q: says over", header)
		}
		if strings.ContainsAny(header, "<>") {
			return
		}
		clean := `<https://h/x?pageId=77>; rel="next"`
		if word, cursor := says(query{forward: true}, header, clean); word != more || cursor != "77" {
			t.Errorf("after %q: says %v, cursor %q", header, word, cursor)
		}
	})
}

// A Time reads any JSON value, keeps its meaning when written back, and is zero
// only for an empty value.
func FuzzTime(f *testing.F) {
	for _, s := range []string{`"2026-06-03T23:32:20Z"`, `"1800-01-01"`, `""`, `null`, `17`, `"2026-06-03T25:00:00"`, `{"a":"b"}`, `"\u0000"`, "{\"\":\"\xff\xff\"}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var first, second Time
		if !json.Valid([]byte(text)) {
			return
		}
		if err := json.Unmarshal([]byte(text), &first); err != nil {
			t.Fatal(err)
		}
		back, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(back, &second); err != nil || !first.Equal(second) || first.IsZero() != second.IsZero() {
			t.Errorf("%s: %v, then %s: %v (%v)", text, first, back, second, err)
		}
	})
}

// A Number reads any JSON value and writes back only numbers, unchanged.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{`1.10`, `"5"`, `null`, `-0`, `1e400`, `"x"`, `[1]`, `"0x1"`, `" "`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var n Number
		if !json.Valid([]byte(text)) {
			return
		}
		if err := json.Unmarshal([]byte(text), &n); err != nil {
			t.Fatal(err)
		}
		back, err := json.Marshal(n)
		if _, floatErr := n.Float64(); err != nil && floatErr == nil {
			t.Errorf("%s: an amount that cannot be written: %v", text, err)
		}
		if err != nil {
			return
		}
		var again Number
		if json.Unmarshal(back, &again) != nil || strings.TrimSpace(string(n)) != string(again) {
			t.Errorf("%s: %q, then %s: %q", text, n, back, again)
		}
		var number json.Number
		if !bytes.Equal(back, []byte("null")) && json.Unmarshal(back, &number) != nil {
			t.Errorf("%s: wrote %s", text, back)
		}
	})
}

// A list is split as encoding/json would split it, or refused. It never gives
// wrong rows, and no rows only for an empty list.
func FuzzList(f *testing.F) {
	for _, s := range []string{`[]`, ` [ ] `, `[{"a":"]}"},{"b":[{}]}]`, `[{"a":1}`, `null`, `[{}]x`, `[{},]`, `[{"a":"\\"}]`, `<html>`, "\f[]", "[]\u0085", "[\v]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := splitArray(data, 1000)
		var want []json.RawMessage
		if valid := json.Unmarshal(data, &want) == nil && want != nil; valid {
			objects := true
			for _, row := range want {
				objects = objects && row[0] == '{'
			}
			if objects != (err == nil) || (objects && len(rows) != len(want)) {
				t.Fatalf("%q: %d rows, %v; want %d", data, len(rows), err, len(want))
			}
			if objects {
				for i := range rows {
					if !bytes.Equal(rows[i], want[i]) {
						t.Errorf("%q: row %d is %q, want %q", data, i, rows[i], want[i])
					}
				}
			}
			return
		}
		if err == nil && len(rows) == 0 {
			t.Errorf("%q counts as an empty list", data)
		}
		for _, row := range rows {
			if json.Valid(row) {
				continue
			}
			return // found when the row is decoded
		}
		if err == nil {
			t.Errorf("%q is accepted", data)
		}
	})
}

// For any text and argument, the condition that Where sends can be parsed to
// the same condition.
func FuzzWhere(f *testing.F) {
	f.Add("a = ? and b in (1,2)", "x")
	f.Add(`(a like "x%" or not = 5) and c > [2026-01-01]`, `"`)
	f.Add("a not in ?", `\`)
	f.Fuzz(func(t *testing.T, text, arg string) {
		c := Where(text, arg)
		if c.Err() != nil || c.IsZero() || c.nothing() {
			return
		}
		again := Where(c.String())
		if again.Err() != nil || again.String() != c.String() {
			t.Errorf("%q with %q: %s, then %s", text, arg, c, again)
		}
	})
}

// An escaped path stays below its base.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"service/tickets/1", "../x", "a/%2e%2e/b", "a//b", "a?b", "é/ü", "a/b/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		escaped, err := escapePath(path)
		if err != nil {
			return
		}
		u, err := url.Parse("https://host/base/" + escaped)
		if err != nil || u.Host != "host" || u.RawQuery != "" || u.Fragment != "" || !strings.HasPrefix(u.JoinPath().Path, "/base/") {
			t.Errorf("%q: %q, %v, %v", path, escaped, u, err)
		}
	})
}
