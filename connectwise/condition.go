package connectwise

import (
	"fmt"
)

// Condition is a filter in the language of the API's parameter conditions. The
// zero Condition matches everything. [Where] builds one.
type Condition struct {
	node node // nil: matches everything
	err  error
}

// Where builds a condition from its text and one argument for each ? in it,
// as with database/sql:
//
//	connectwise.Where("board/name = ? and closedFlag = ?", "Service Desk", false)
//	connectwise.Where("id in ?", []int64{3, 4, 5})
//	connectwise.Where("lastUpdated > ?", time.Now().Add(-time.Hour))
//	connectwise.Where("summary like ?", connectwise.Pattern("Backup%"))
//
// The text knows the operators = != < <= > >= like contains in (the last three
// with not before them), and, or, parentheses, and as literals strings in
// double or single quotes, numbers, true, false, null and dates in brackets
// ([2026-08-20T18:04:26Z]). Names are those of the records' members, nested
// with a slash: company/identifier. A ? inside quotes is literal. The operator
// and binds tighter than or; the client adds parentheses to make that explicit.
//
// Arguments are strings, booleans, integers, floats, [Number], time.Time,
// [Time], nil, pointers to these (nil is null), slices of these after in, and
// another Condition in place of a comparison. Times are sent in UTC and in
// whole seconds, which is what the API stores; they are rounded so that the
// same records match. An empty slice matches nothing (after not in:
// everything). A condition that can match nothing is answered without a
// request.
//
// The API documents no way to write a quote inside a string. A string is
// therefore quoted with the quote character that it does not contain. A string
// that holds both, a backslash, a control character or the end of a line is
// refused with [ErrUnquotable], because it might match more than itself; the same
// holds for strings in the text. After like and contains the characters
// % * _ [ ] may act as wildcards and are refused too, unless the argument is a
// [Pattern].
//
// Servers ignore case and trailing spaces when they compare strings; check the
// returned records where that matters.
//
// If the condition cannot be built, Err returns why, and so does every call
// that uses the condition.
func Where(condition string, args ...any) Condition {
	n, err := parseCondition(condition, args)
	if err != nil {
		return Condition{err: fmt.Errorf("connectwise: condition %q: %w", condition, err)}
	}
	return Condition{node: fold(n)}
}

// Err returns why the condition cannot be sent, or nil.
func (c Condition) Err() error { return c.err }

// IsZero reports whether the condition is the zero Condition or matches
// everything.
func (c Condition) IsZero() bool {
	if c.err != nil {
		return false
	}
	all, ok := c.node.(constant)
	return c.node == nil || (ok && bool(all))
}

// String returns the condition as it is sent, or the error in parentheses.
// One that matches nothing is "false", which is never sent.
func (c Condition) String() string {
	switch {
	case c.err != nil:
		return "(" + c.err.Error() + ")"
	case c.IsZero():
		return ""
	}
	return render(c.node)
}

// nothing reports whether no record can match.
func (c Condition) nothing() bool {
	none, ok := c.node.(constant)
	return c.err == nil && ok && !bool(none)
}

// Pattern is an argument for like and contains that has wildcards: % and *
// stand for any run of characters, _ for one character, [abc] for one of a set,
// and [[] for a bracket itself.
type Pattern string
