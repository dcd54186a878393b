package connectwise

import (
	"net/http"
	"testing"
)

// What a Link header says about the page after page 2, or after the first page
// in paging by cursor.
func TestWordOfALinkHeader(t *testing.T) {
	for _, tt := range []struct {
		headers []string
		number  word
		forward word
		cursor  string
	}{
		{nil, silent, silent, ""},
		{[]string{""}, over, over, ""},
		{[]string{" ", ""}, over, over, ""},
		{[]string{`<https://x/y?page=3&pageId=7>; rel="next"`}, more, more, "7"},
		{[]string{`<https://x/y?page=3>; rel="next"`}, more, silent, ""},
		{[]string{`<https://x/y?pageId=7>; rel="next"`}, silent, more, "7"},
		{[]string{`<https://x/y?page=0>; rel="next"`}, silent, silent, ""},
		{[]string{`<https://x/y>; rel="next", <https://x/y?page=1>; rel="first"`}, silent, silent, ""},
		{[]string{`<https://x/y?page=1>; rel="first"`}, over, silent, ""},
		{[]string{`<https://x/y?page=1>; rel="prev"`}, over, silent, ""},
		{[]string{`<https://x/y?page=0>; rel="prev"`}, silent, silent, ""},
		{[]string{`<https://x/y?page=0>; rel="first"`}, silent, silent, ""},
		{[]string{`<https://x/y?page=1>; rel="first", <https://x/y?page=2>; rel="last"`}, over, silent, ""},
		{[]string{`<https://x/y?page=1>; rel="first", <https://x/y?page=3>; rel="last"`}, silent, silent, ""},
		{[]string{`<https://x/y?page=1>; rel="first"`, `<https://x/y?page=3&pageId=8>; rel="next"`}, more, more, "8"},
		{[]string{`<https://x/y?page=3&pageId=7>; rel=next, <https://x/y?page=0&pageId=9>; rel=next`}, more, more, "7"},
		{[]string{`<https://x/y?page=3&pageId=7>; title="a;b"; REL = 'Prev NEXT' , `}, more, more, "7"},
		{[]string{`<https://x/y?conditions=name = "a"&page=3&pageId=7>; rel="next"`}, more, more, "7"},
		{[]string{`<https://x y:port/%zz?page=3&pageId=7>; rel="next"`}, silent, silent, ""},
		{[]string{`<https://x/y?page=3&pageId=7; rel="next"`}, silent, silent, ""},
		{[]string{`https://x/y?page=3&pageId=7>; rel="next"`}, silent, silent, ""},
		{[]string{`<https://x/y?page=3&pageId=7>; title="next"`}, silent, silent, ""},
		{[]string{`<https://x/app.css>; rel=preload; as=style`}, silent, silent, ""},
	} {
		page := &rawPage{answer: &answer{header: http.Header{}}}
		if tt.headers != nil {
			page.answer.header["Link"] = tt.headers
		}
		if got, _ := page.says(query{page: 2}); got != tt.number {
			t.Errorf("%q by number: %v, want %v", tt.headers, got, tt.number)
		}
		if got, cursor := page.says(query{forward: true}); got != tt.forward || cursor != tt.cursor {
			t.Errorf("%q by cursor: %v %q, want %v %q", tt.headers, got, cursor, tt.forward, tt.cursor)
		}
	}
}
