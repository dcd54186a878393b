package connectwise

import (
	"net/url"
	"strconv"
	"strings"
)

// word is what a page says of what follows it.
type word int

const (
	silent word = iota // nothing that could be relied on
	more               // there is a next page
	over               // there is none
)

// says reads the Link header of a page. By cursor the next page is at the
// cursor of rel="next", and an empty header is the end. By number rel="next"
// says that there is one, and rel="first" or "prev" without it that there is
// none. Everything else, the links of a gateway for one, says nothing. The
// URLs are never followed: they may name another host.
func (p *rawPage) says(q query) (says word, cursor string) {
	headers, present := p.answer.header["Link"]
	if present && strings.TrimSpace(strings.Join(headers, "")) == "" {
		return over, ""
	}
	links := parseLinks(headers)
	number := func(rel string) int {
		n, _ := strconv.Atoi(links[rel].Get("page"))
		return n
	}
	next, hasNext := links["next"]
	switch {
	case q.forward:
		if cursor = next.Get("pageId"); cursor != "" {
			return more, cursor
		}
	case number("next") > 0:
		return more, ""
	case hasNext, number("last") > q.page:
	case number("first") > 0, number("prev") > 0:
		return over, ""
	}
	return silent, ""
}

// parseLinks returns the query of the first URL of each relation in Link
// headers. It is nil for one that cannot be read.
func parseLinks(headers []string) map[string]url.Values {
	links := map[string]url.Values{}
	for _, header := range headers {
		for header != "" {
			_, rest, found := strings.Cut(header, "<")
			target, rest, closed := strings.Cut(rest, ">")
			if !found || !closed {
				break
			}
			// Parameters reach to the next link, which begins with <.
			params := rest
			if i := strings.IndexByte(rest, '<'); i >= 0 {
				params, header = rest[:i], rest[i:]
			} else {
				header = ""
			}
			for _, rel := range relations(params) {
				if _, known := links[rel]; known {
					continue
				}
				links[rel] = nil
				// URLs come with raw spaces and quotes in their conditions.
				if u, err := url.Parse(strings.ReplaceAll(target, " ", "%20")); err == nil {
					links[rel] = u.Query()
				}
			}
		}
	}
	return links
}

// relations returns what the parameters of a link hold as rel, in lower case.
func relations(params string) []string {
	for param := range strings.SplitSeq(strings.TrimRight(params, ", \t"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") {
			return strings.Fields(strings.ToLower(strings.Trim(strings.TrimSpace(value), `"'`)))
		}
	}
	return nil
}
