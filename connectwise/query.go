package connectwise

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	querystring "github.com/google/go-querystring/query"
)

// ListOptions filter and order a list and set its page size. Nil and the zero
// value list everything.
type ListOptions struct {
	// Where keeps the records that match.
	Where Condition
	// ChildWhere keeps the records with a matching element in a child array,
	// such as communicationItems/value of contacts.
	ChildWhere Condition
	// CustomFieldWhere keeps the records with a matching custom field:
	// "caption = ? and value = ?".
	CustomFieldWhere Condition
	// OrderBy is a member with an optional direction, "lastUpdated desc";
	// several are separated by commas. When empty the records come by
	// ascending id.
	OrderBy string
	// Fields lists the members that the server should return, by JSON name:
	// "id", "status/name", "_info". This makes lists of large records much
	// faster.
	Fields []string
	// PageSize is the number of records that a request asks for, 1 to 1000. 0
	// means 1000, or 100 on servers that refuse more.
	PageSize int
	// Page is the page that ListPage reads, from 1; 0 is 1. List and Count
	// pay no heed to it.
	Page int
	// ByIDRange lets List and All read a big collection in ranges of ids, at
	// most six at once under the client's limiter, instead of page after page.
	// Three more requests first find the number of records and the range of
	// ids. The records still come by ascending id. ByIDRange needs records with
	// an id and cannot be combined with OrderBy. It is ignored when conditions
	// are too long for a URL.
	ByIDRange bool
}

// Page is one page of a list.
type Page[T any] struct {
	Items []*T
	Next  int // the number of the page that follows; 0 when this is the last
}

const maxPageSize = 1000

// query is a list request that is being built.
type query struct {
	where, childWhere, customFieldWhere string

	condition Condition // what where was rendered from
	nothing   bool      // no record can match
	orderBy   string
	ordered   bool // by the caller
	fields    []string
	size      int
	sized     bool // by the caller

	search  bool   // conditions go to POST .../search
	forward bool   // forward-only paging
	page    int    // numbered paging, from 1
	cursor  string // forward-only paging, "" for the first page
	hasID   bool   // records have an id to order by
	byRange bool   // read ranges of ids, several at once
}

func (s *core) query(opts *ListOptions) (query, error) {
	if opts == nil {
		opts = &ListOptions{}
	}
	q := query{size: opts.PageSize, condition: opts.Where, orderBy: strings.TrimSpace(opts.OrderBy), fields: slices.Clone(opts.Fields), forward: true, hasID: s.member("id") != nil, byRange: opts.ByIDRange}
	fail := func(field string, err error) (query, error) {
		e := request{method: "GET", path: s.path}.invalid([]FieldError{{Field: field, Message: err.Error()}})
		e.Errors, e.cause = nil, err // keeps errors.Is(err, ErrUnquotable)
		return query{}, e
	}
	for _, c := range []struct {
		field     string
		condition Condition
		text      *string
	}{
		{"Where", opts.Where, &q.where},
		{"ChildWhere", opts.ChildWhere, &q.childWhere},
		{"CustomFieldWhere", opts.CustomFieldWhere, &q.customFieldWhere},
	} {
		if c.condition.err != nil {
			return fail(c.field, c.condition.err)
		}
		q.nothing = q.nothing || c.condition.nothing()
		*c.text = c.condition.String()
	}
	q.sized = q.size != 0
	if !q.sized {
		q.size = maxPageSize
	}
	if q.size < 0 || q.size > maxPageSize {
		return fail("PageSize", fmt.Errorf("PageSize %d is not between 1 and %d", opts.PageSize, maxPageSize))
	}
	if opts.Page < 0 {
		return fail("Page", fmt.Errorf("page %d", opts.Page))
	}
	for _, f := range q.fields {
		if f == "" || strings.ContainsFunc(f, notName) {
			return fail("Fields", fmt.Errorf("field %q is not a name of a member", f))
		}
	}
	if q.orderBy != "" {
		if err := checkOrder(q.orderBy); err != nil {
			return fail("OrderBy", err)
		}
		q.ordered = true
		q.forward, q.page = false, 1
	}
	if q.byRange && (q.ordered || s.integerID() == nil) {
		return fail("ByIDRange", errors.New("ByIDRange wants records with an id and no OrderBy"))
	}
	return q, nil
}

func checkOrder(order string) error {
	for part := range strings.SplitSeq(order, ",") {
		words := strings.Fields(part)
		switch {
		case len(words) == 0 || len(words) > 2 || strings.ContainsFunc(words[0], notName):
		case len(words) == 2 && !strings.EqualFold(words[1], "asc") && !strings.EqualFold(words[1], "desc"):
		default:
			continue
		}
		return fmt.Errorf("OrderBy %q: want a member and asc or desc", order)
	}
	return nil
}

func notName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '/'
}

// numbered returns the query for paging by number, in a stable order.
func (q query) numbered() query {
	q.forward, q.cursor = false, ""
	q.page = max(q.page, 1)
	if q.orderBy == "" && q.hasID {
		q.orderBy = "id asc"
	}
	return q
}

// counting returns the query with only its conditions.
func (q query) counting() query {
	q.size, q.page, q.cursor, q.fields, q.orderBy, q.forward = 0, 0, "", nil, "", false
	return q
}

// withID also asks for the ids of records, which identify them.
func (q query) withID() query {
	if q.hasID && len(q.fields) > 0 && !slices.Contains(q.fields, "id") {
		q.fields = append(slices.Clone(q.fields), "id")
	}
	return q
}

// listParameters are the query parameters of a list or count.
type listParameters struct {
	Conditions            string   `url:"conditions,omitempty"`
	ChildConditions       string   `url:"childConditions,omitempty"`
	CustomFieldConditions string   `url:"customFieldConditions,omitempty"`
	OrderBy               string   `url:"orderBy,omitempty"`
	Fields                []string `url:"fields,comma,omitempty"`
	PageSize              int      `url:"pageSize,omitempty"`
	Page                  int      `url:"page,omitempty"`
	PageID                string   `url:"pageId,omitempty"`
}

// values encodes a query, with the collection's own parameters.
func (s *core) values(q query) (url.Values, error) {
	p := listParameters{q.where, q.childWhere, q.customFieldWhere, q.orderBy, q.fields, q.size, q.page, q.cursor}
	if q.search {
		p.Conditions, p.ChildConditions, p.CustomFieldConditions, p.OrderBy = "", "", "", ""
	}
	v, err := querystring.Values(p)
	if err != nil {
		return nil, fmt.Errorf("connectwise: %w", err)
	}
	maps.Copy(v, s.parameters)
	return v, nil
}

// maxURL is the length of the longest URL that is sent. Servers are known to
// accept 2,000 characters.
const maxURL = 1900

// searchable reports whether the collection has a search, which takes
// conditions in the body of a POST.
func (s *core) searchable() bool {
	path := strings.Trim(s.path, "/")
	return strings.EqualFold(path, "service/tickets") || strings.EqualFold(path, "project/tickets")
}

// long reports whether the request is too long for a URL.
func (s *core) long(ctx context.Context, q query) (bool, error) {
	base, err := s.c.server.apiBase(ctx, s.c.http)
	if err != nil {
		return false, err
	}
	values, err := s.values(q)
	if err != nil {
		return false, err
	}
	const cursor = len("&pageId=2147483647&page=1000000")
	return len(base)+len(s.path)+len("/count?")+len(values.Encode())+cursor > maxURL, nil
}

// fit returns the query for the search if the conditions are too long for a
// URL.
func (s *core) fit(ctx context.Context, q query) (query, error) {
	long, err := s.long(ctx, q)
	switch {
	case err != nil || !long:
		return q, err
	case s.searchable():
		q = q.numbered()
		q.search = true
		return q, nil
	}
	e := request{method: "GET", path: s.path}.invalid(nil)
	e.Message = fmt.Sprintf("conditions of %d characters fit no URL", len(q.where)+len(q.childWhere)+len(q.customFieldWhere))
	e.Hint = "only an in list beside other conditions can be split"
	e.classes = append(e.classes, ErrTooLong)
	return q, e
}

var errSplitOrder = errors.New("conditions too long for one URL cannot be split when an order is asked for")
