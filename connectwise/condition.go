package connectwise

// Condition is a filter in the language of the API's conditions parameter.
// The zero Condition matches everything. Where builds one.
type Condition struct {
	node node
	err  error
}

// Where builds a condition from its text and one argument for each ? in it,
// as with database/sql:
//
//	connectwise.Where("board/name = ? and closedFlag = ?", "Service Desk", false)
//	connectwise.Where("id in ?", []int64{3, 4, 5})
//	connectwise.Where("summary like ?", connectwise.Pattern("Backup%"))
func Where(condition string, args ...any) Condition {
	n, err := parseCondition(condition, args)
	return Condition{node: n, err: err}
}

// Err returns why the condition cannot be sent, or nil.
func (c Condition) Err() error { return c.err }

// IsZero reports whether the condition is the zero Condition.
func (c Condition) IsZero() bool { return c.node == nil && c.err == nil }

// Pattern is an argument for like, not like, contains and not contains whose
// wildcards (% and *, _ and [ ]) are meant.
type Pattern string
