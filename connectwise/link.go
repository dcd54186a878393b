package connectwise

import (
	"net/url"
	"strconv"
	"strings"
)

// word is what a page says about the next page.
type word int

const (
	silent word = iota // the page says nothing reliable
	more               // there is a next page
	over               // there is none
)

// says reads the Link header of a page. In paging by cursor, rel="next" holds
// the cursor of the next page, and an empty header means the end. In paging by
// number, rel="next" means that there is a next page, and rel="first" or "prev"
// without it that there is none. Anything else, such as the links of a gateway,
// says nothing. The client never follows the URLs, because they may name
// another host.
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
// headers. The query of a URL that cannot be read is nil.
func parseLinks(headers []string) map[string]url.Values {
	links := map[string]url.Values{}
	for _, header := range headers {
		for header != "" {
			_, rest, found := strings.Cut(header, "<")
			target, rest, closed := strings.Cut(rest, ">")
			if !found || !closed {
				break
			}
			// The parameters end at the next link, which begins with <.
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
				// The conditions in these URLs contain raw spaces and quotes.
				if u, err := url.Parse(strings.ReplaceAll(target, " ", "%20")); err == nil {
					links[rel] = u.Query()
				}
			}
		}
	}
	return links
}

// relations returns the rel values in the parameters of a link, in lower case.
func relations(params string) []string {
	for param := range strings.SplitSeq(strings.TrimRight(params, ", \t"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") {
			return strings.Fields(strings.ToLower(strings.Trim(strings.TrimSpace(value), `"'`)))
		}
	}
	return nil
}
