package cove

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A RefusedColumnsError names the columns that this user may not read. Rows
// lack them: the fields are zero, which says nothing about the device. See
// [Devices].
type RefusedColumnsError struct {
	Columns []string // codes, as asked for
	Err     error    // what the API said, an *Error
}

// Error names the columns and what to do about them.
func (e *RefusedColumnsError) Error() string {
	return fmt.Sprintf("cove: the tenant does not let this user read the columns %s, so they are left out and their fields are zero; "+
		"ask for other columns (a data source's legacy letter may be allowed where its D-code is not), change the user's rights, or list them in a field tagged \"refused\": %v",
		strings.Join(e.Columns, ", "), e.Err)
}

// Unwrap returns what the API said; errors.Is finds ErrForbidden.
func (e *RefusedColumnsError) Unwrap() error { return e.Err }

// refusals remembers the refused columns, so that only the first query of a
// program has to find them.
type refusals struct {
	mu      sync.Mutex
	columns map[string]error
}

// among returns the columns, of those given, that were refused before.
func (r *refusals) among(columns []string) (refused []string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, code := range columns {
		if why := r.columns[code]; why != nil {
			refused, err = append(refused, code), why
		}
	}
	return refused, err
}

func (r *refusals) add(columns []string, why error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.columns == nil {
		r.columns = make(map[string]error)
	}
	for _, code := range columns {
		r.columns[code] = why
	}
}

// harmless is the column to ask for when no other is left. Every user may read
// it.
const harmless = ColumnDeviceID

// leaveOut removes refused columns from the query.
func (p *pager[T]) leaveOut(refused []string, why error) {
	if len(refused) == 0 {
		return
	}
	p.why = why
	p.decoder.refused = append(slices.Clone(p.decoder.refused), refused...)
	query := &p.params.Query
	query.Columns = slices.DeleteFunc(slices.Clone(query.Columns), func(code string) bool { return slices.Contains(refused, code) })
	if len(query.Columns) == 0 {
		query.Columns = []string{harmless}
	}
}

// untold returns the error about refused columns, only once, and only if the
// struct has no field for them.
func (p *pager[T]) untold() error {
	if p.why == nil || p.decoder.toRefused != nil {
		return nil
	}
	err := &RefusedColumnsError{Columns: p.decoder.refused, Err: p.why}
	p.why = nil
	return err
}

// isRefusal tells whether an error is the one that the API answers for refused
// columns. It answers the same error for other refusals too.
func isRefusal(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.Data == CodeSecurity
}

// mostProbes bounds the requests of a search for refused columns. A dozen
// columns scattered over those of Device need about as many.
const mostProbes = 150

// findRefused finds the refused columns of a query by halving. It returns none
// when the API refuses the query for another reason.
func (c *Client) findRefused(ctx context.Context, method string, params statisticsParams, why error) ([]string, error) {
	probes := 0
	refuses := func(columns []string) (bool, error) {
		if probes++; probes > mostProbes {
			return false, why
		}
		params.Query.Columns, params.Query.Totals, params.Query.StartRecordNumber, params.Query.RecordsCount = columns, nil, 0, 1
		err := c.exchange(maxRows(ctx, 1, len(columns)), method, params, (&outer{}).decode)
		if isRefusal(err) {
			return true, nil
		}
		return false, err
	}
	var refused []string
	var halve func(columns []string, known bool) error
	halve = func(columns []string, known bool) error {
		if !known {
			if bad, err := refuses(columns); err != nil || !bad {
				return err
			}
		}
		if len(columns) == 1 {
			refused = append(refused, columns[0])
			return nil
		}
		half, before := len(columns)/2, len(refused)
		if err := halve(columns[:half], false); err != nil {
			return err
		}
		return halve(columns[half:], len(refused) == before) // nothing was refused in the first half, so the second is known to be
	}
	columns := params.Query.Columns
	if bad, err := refuses([]string{harmless}); err != nil || bad {
		return nil, err
	}
	if err := halve(columns, true); err != nil {
		return nil, err
	}
	c.shared().refused.add(refused, why)
	return refused, nil
}
