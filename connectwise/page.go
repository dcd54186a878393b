package connectwise

import (
	"context"
	"errors"
	"hash/maphash"
	"net/http"
	"slices"
)

// rawPage is one page of a list, its records not yet decoded.
type rawPage struct {
	answer *answer
	rows   [][]byte
	digest uint64 // of the body; detects a page that repeats
	size   int    // number of records that the server was asked for
}

var digestSeed = maphash.MakeSeed()

// oldPageSize is the largest page of servers before 2018, which refuse a larger
// size.
const oldPageSize = 100

// fetch reads one page. If the server refuses the page size, and the caller did
// not choose it, fetch reads a smaller page.
func (s *core) fetch(ctx context.Context, q query) (*rawPage, error) {
	page, err := s.fetchSized(ctx, q)
	var e *Error
	if q.sized || q.size <= oldPageSize || !errors.As(err, &e) || !slices.ContainsFunc(e.Errors, func(f FieldError) bool { return f.Code == "OutOfRange" && f.Field == "pageSize" }) {
		return page, err
	}
	q.size = oldPageSize
	return s.fetchSized(ctx, q)
}

func (s *core) fetchSized(ctx context.Context, q query) (*rawPage, error) {
	values, err := s.values(q)
	if err != nil {
		return nil, err
	}
	r := request{method: http.MethodGet, path: s.path, query: values, forward: q.forward, most: roomFor(q.size)}
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
	rows, err := splitArray(a.body, max(q.size, maxPageSize))
	if err != nil {
		return nil, a.unreadable(err)
	}
	return &rawPage{answer: a, rows: rows, digest: maphash.Bytes(digestSeed, a.body), size: q.size}, nil
}

// fewRecords gives roomFor enough room for a single record with all its texts.
const fewRecords = 16

// roomFor returns how many bytes an answer with the given number of records may
// have. A full ticket has 4 KiB, but a note may hold a whole e-mail.
func roomFor(records int) int64 { return 1<<20 + int64(records)<<16 }

type searchBody struct {
	Conditions            string `json:"conditions,omitempty"`
	OrderBy               string `json:"orderBy,omitempty"`
	ChildConditions       string `json:"childconditions,omitempty"`
	CustomFieldConditions string `json:"customfieldconditions,omitempty"`
}
