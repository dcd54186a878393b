package connectwise

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// rawPage is one page of a list, its records not yet decoded.
type rawPage struct {
	answer *answer
	rows   [][]byte
	digest uint64 // of the body, to see a page that repeats
	size   int    // that the server was asked for
}

var digestSeed = maphash.MakeSeed()

// oldPageSize is what servers of before 2018 give at most; they refuse more.
const oldPageSize = 100

// fetch reads one page, a smaller one when the server refuses the size and
// the caller did not choose it.
func (s *Collection[T]) fetch(ctx context.Context, q query) (*rawPage, error) {
	page, err := s.fetchSized(ctx, q)
	var e *Error
	if q.sized || q.size <= oldPageSize || !errors.As(err, &e) || !slices.ContainsFunc(e.Errors, func(f FieldError) bool { return f.Code == "OutOfRange" && f.Field == "pageSize" }) {
		return page, err
	}
	q.size = oldPageSize
	return s.fetchSized(ctx, q)
}

func (s *Collection[T]) fetchSized(ctx context.Context, q query) (*rawPage, error) {
	values, err := s.values(q)
	if err != nil {
		return nil, err
	}
	r := request{method: http.MethodGet, path: s.path, query: values, forward: q.forward}
	if q.search {
		body, err := encode(searchBody{q.where, q.orderBy, q.childWhere, q.customFieldWhere})
		if err != nil {
			return nil, r.invalid([]FieldError{{Message: err.Error()}})
		}
		r.method, r.path, r.body, r.read = http.MethodPost, s.path+"/search", body, true
	}
	a, err := s.c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	rows, err := splitArray(a.body)
	if err != nil {
		return nil, a.unreadable(err)
	}
	return &rawPage{answer: a, rows: rows, digest: maphash.Bytes(digestSeed, a.body), size: q.size}, nil
}

type searchBody struct {
	Conditions            string `json:"conditions,omitempty"`
	OrderBy               string `json:"orderBy,omitempty"`
	ChildConditions       string `json:"childconditions,omitempty"`
	CustomFieldConditions string `json:"customfieldconditions,omitempty"`
}

// decode fills item from one row.
func (p *rawPage) decode(row []byte, item any) (any, error) {
	if err := unmarshal(row, item); err != nil {
		return nil, p.answer.unreadable(err)
	}
	return item, nil
}

// next returns the query of the page that follows, or nil after the last.
//
// In forward-only paging the Link header carries the cursor of the next page
// and is there, though empty, at the end. In numbered paging it may be
// missing; then a page that is not full is the last. Its URLs are never
// followed: they may name another host.
func (p *rawPage) next(q query) (*query, error) {
	q.size = p.size
	link, present := p.answer.header["Link"]
	target := nextLink(link)
	if q.forward {
		if target == nil {
			if !present && len(p.rows) >= q.size {
				return nil, errNoForward
			}
			return nil, nil
		}
		cursor := target.Query().Get("pageId")
		if cursor == "" {
			return nil, errNoForward
		}
		q.cursor = cursor
		return &q, nil
	}
	if len(p.rows) == 0 || (present && target == nil) || (!present && len(p.rows) < q.size) {
		return nil, nil
	}
	q.page++
	return &q, nil
}

// errNoForward says that a collection does not do forward-only paging.
var errNoForward = errors.New("no forward-only paging")

// nextLink returns the URL with rel="next" of Link headers, or nil.
func nextLink(headers []string) *url.URL {
	for _, header := range headers {
		for header != "" {
			open := strings.IndexByte(header, '<')
			if open < 0 {
				break
			}
			end := strings.IndexByte(header[open:], '>')
			if end < 0 {
				break
			}
			target, rest := header[open+1:open+end], header[open+end+1:]
			// Parameters reach to the next link, which begins with <.
			params := rest
			if i := strings.IndexByte(rest, '<'); i >= 0 {
				params, header = rest[:i], rest[i:]
			} else {
				header = ""
			}
			if !isNext(params) {
				continue
			}
			// URLs come with raw spaces and quotes in their conditions.
			if u, err := url.Parse(strings.ReplaceAll(target, " ", "%20")); err == nil {
				return u
			}
		}
	}
	return nil
}

// isNext reports whether the parameters of a link hold rel="next".
func isNext(params string) bool {
	for param := range strings.SplitSeq(strings.TrimRight(params, ", \t"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for rel := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"'`)) {
			if strings.EqualFold(rel, "next") {
				return true
			}
		}
	}
	return false
}

// splitArray cuts a JSON array into its elements without decoding them. What
// is not one whole array of objects is an error. Whether each element is
// valid shows when it is decoded.
func splitArray(data []byte) ([][]byte, error) {
	data = trimJSON(data)
	if len(data) == 0 {
		return nil, errors.New("an empty answer instead of a list")
	}
	if data[0] != '[' {
		return nil, errors.New("no list")
	}
	var rows [][]byte
	i := skipSpace(data, 1)
	if i < len(data) && data[i] == ']' {
		return rows, trailing(data, i+1)
	}
	for {
		if i >= len(data) {
			return nil, errTruncated
		}
		if data[i] != '{' {
			return nil, fmt.Errorf("element %d of the list is no object", len(rows)+1)
		}
		end := objectEnd(data, i)
		if end < 0 {
			return nil, errTruncated
		}
		rows = append(rows, data[i:end:end])
		i = skipSpace(data, end)
		if i >= len(data) {
			return nil, errTruncated
		}
		switch data[i] {
		case ']':
			return rows, trailing(data, i+1)
		case ',':
			i = skipSpace(data, i+1)
		default:
			return nil, fmt.Errorf("found %q between the elements of the list", data[i])
		}
	}
}

var errTruncated = errors.New("the list breaks off")

func trailing(data []byte, i int) error {
	if i < len(data) {
		return errors.New("something follows the list")
	}
	return nil
}

// trimJSON takes away the space that JSON allows around a value, which is less
// than Unicode has.
func trimJSON(data []byte) []byte { return bytes.Trim(data, " \t\r\n") }

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}

// objectEnd returns the index after the object that begins at i, or -1.
func objectEnd(data []byte, i int) int {
	depth := 0
	for i < len(data) {
		switch data[i] {
		case '"':
			for i++; i < len(data) && data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}
