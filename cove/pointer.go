package cove

import "time"

// pointed is a pointer field, for columns whose absence differs from zero. The
// value is read into target and then put into a variable of its own.
type pointed struct {
	target any    // *E
	set    func() // points the field at a copy of *target
}

// pointerTo takes the address of a pointer field, **E. It reports false for
// types that it does not list; the list stands in for reflection, which would
// be needed for every cell otherwise.
func pointerTo(field any) (pointed, bool) {
	switch field := field.(type) {
	case **string:
		return pointing(field), true
	case **bool:
		return pointing(field), true
	case **int:
		return pointing(field), true
	case **int32:
		return pointing(field), true
	case **int64:
		return pointing(field), true
	case **uint64:
		return pointing(field), true
	case **float64:
		return pointing(field), true
	case **time.Time:
		return pointing(field), true
	case **time.Duration:
		return pointing(field), true
	case **Bytes:
		return pointing(field), true
	case **SessionStatus:
		return pointing(field), true
	case **ColorBar:
		return pointing(field), true
	case **DataSourceSet:
		return pointing(field), true
	}
	return pointed{}, false
}

func pointing[E any](field **E) pointed {
	target := new(E)
	return pointed{target: target, set: func() {
		value := *target
		*field = &value
	}}
}
