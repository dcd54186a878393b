package connectwise

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The requests for a list, page by page. In paging by number each page overlaps
// the one before it and has as many further rows as possible. A request for the
// page after the end is sent only if the server does not say that the list has
// ended.
func TestRequestsOfAList(t *testing.T) {
	ordered := func(size int) *ListOptions { return &ListOptions{PageSize: size, OrderBy: "id"} }
	goes := func(request, rows int) func(int, *listServer) {
		return func(n int, l *listServer) {
			if n == request {
				l.ids = l.ids[rows:]
			}
		}
	}
	for name, tt := range map[string]struct {
		server listServer
		opts   *ListOptions
		want   string // page/size for numbered pages, cursor@size for the others
	}{
		"by cursor":                  {listServer{ids: upTo(5), cursors: true}, &ListOptions{PageSize: 2}, "@2 2@2 4@2"},
		"by cursor, no Link":         {listServer{ids: upTo(5), cursors: true, noLink: true}, &ListOptions{PageSize: 2}, "@2 1/2 1/3 2/2 2/3 3/2 2/2 6/1 5/1"},
		"by cursor, short, no Link":  {listServer{ids: upTo(5), cursors: true, noLink: true}, &ListOptions{PageSize: 10}, "@10 2/5 1/5"},
		"by number":                  {listServer{ids: upTo(20)}, ordered(5), "1/5 2/4 2/5 3/4 3/5 4/4 4/5"},
		"by number, two":             {listServer{ids: upTo(5)}, ordered(2), "1/2 1/3 2/2 2/3"},
		"by number, one":             {listServer{ids: upTo(3)}, ordered(1), "1/1 1/2 1/3 2/2"},
		"by number, no Link":         {listServer{ids: upTo(12), noLink: true}, ordered(5), "1/5 2/4 2/5 3/4 3/5 4/4 3/4"},
		"by number, empty":           {listServer{noLink: true}, ordered(5), "1/5"},
		"by number, capped":          {listServer{ids: upTo(12), cap: 4}, ordered(10), "1/10 2/3 2/4 3/3 3/4"},
		"by number, capped, no Link": {listServer{ids: upTo(12), cap: 4, noLink: true}, ordered(10), "1/10 2/4 2/3 2/4 3/3 3/4 4/4 3/4"},
		"by number, a large page":    {listServer{ids: upTo(150)}, ordered(50), "1/50 2/49 3/48 4/47"},
		"by number, no ids":          {listServer{ids: upTo(12), noID: true}, ordered(5), "1/5 2/4 2/5 3/4"},
		"by number, no ids, cap":     {listServer{ids: upTo(12), noID: true, cap: 4, noLink: true}, ordered(5), "1/5 2/4 2/3 2/4 3/3 3/4 4/4"},
		"by cursor, capped, no Link": {listServer{ids: upTo(5), cursors: true, cap: 2, noLink: true}, &ListOptions{PageSize: 10}, "@10 2/2 1/2 2/2 1/2 3/2 2/2 6/1 5/1"},
		"one goes in front":          {listServer{ids: upTo(40), before: goes(3, 1)}, ordered(10), "1/10 2/9 3/8 3/10 4/9 6/7"},
		"many go in front":           {listServer{ids: upTo(40), before: goes(4, 6)}, ordered(10), "1/10 2/9 3/8 3/10 3/9 2/10 3/9 4/8 4/10"},
	} {
		t.Run(name, func(t *testing.T) {
			l := tt.server
			got, err := idsOf(t, &l, tt.opts)
			if want := tt.server.ids; err != nil || len(got) != len(want) || !l.noID && !slices.Equal(got, want) {
				t.Errorf("%v of %d, %v", got, len(want), err)
			}
			var asked []string
			for _, q := range l.queries {
				if q.Has("page") {
					asked = append(asked, q.Get("page")+"/"+q.Get("pageSize"))
				} else {
					asked = append(asked, fmt.Sprintf("%s@%s", q.Get("pageId"), q.Get("pageSize")))
				}
			}
			if diff := cmp.Diff(tt.want, strings.Join(asked, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}
