package connectwisetest

import (
	"net/url"
	"strconv"
	"strings"
)

// setLink adds the Link header of a page. In forward-only paging it depends on
// the last id and on whether there is more, otherwise on the number of pages.
func (c *call) setLink(resp *response, g paging, src source, lastID int, more bool, pages int) {
	sw := c.s.sw()
	endless := sw.Pages != PagesPlain
	link := ""
	switch {
	case g.asked && !g.forward && (src.noPages || sw.NoForwardOnly):
		return // the endpoint does not support this mode
	case endless && g.forward:
		link = c.link("pageId", max(g.pageID, lastID)+1, "next")
	case endless:
		link = c.link("page", g.page+1, "next")
	case g.forward && more:
		link = c.link("pageId", lastID, "next")
	case !g.forward && pages > 1:
		link = c.links(g.page, pages)
	}
	switch sw.Links {
	case LinksMissing:
		return
	case LinksPreload:
		link = "</styles/screen.css>; rel=preload; as=style"
	case LinksUnreadable:
		link = strings.ReplaceAll(strings.ReplaceAll(link, "<", "<%zz:"), ">", "")
	}
	if link != "" || g.forward {
		resp.header["Link"] = []string{link}
	}
}

// link returns one entry of a Link header. The page is the last parameter,
// where clients look for it.
func (c *call) link(param string, n int, rel string) string {
	q := url.Values{}
	for k, v := range c.query {
		if !strings.EqualFold(k, "page") && !strings.EqualFold(k, "pageId") {
			q[k] = v
		}
	}
	text := q.Encode()
	if text != "" {
		text += "&"
	}
	scheme := "http"
	if c.r.TLS != nil {
		scheme = "https"
	}
	host := c.r.Host
	if c.s.sw().LinkHost != "" {
		host = c.s.sw().LinkHost
	}
	return "<" + scheme + "://" + host + c.r.URL.EscapedPath() + "?" + text + param + "=" + strconv.Itoa(n) + `>; rel="` + rel + `"`
}

func (c *call) links(page, last int) string {
	var out []string
	if page < last {
		out = append(out, c.link("page", page+1, "next"))
	}
	if page > 1 {
		out = append(out, c.link("page", page-1, "prev"))
	}
	if page < last {
		if page > 1 {
			out = append(out, c.link("page", 1, "first"))
		}
		out = append(out, c.link("page", last, "last"))
	} else {
		out = append(out, c.link("page", 1, "first"))
	}
	return strings.Join(out, ", ")
}
