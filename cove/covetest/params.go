package covetest

import (
	"encoding/json"
	"strconv"
)

// args reads the parameters of a call and keeps the first error. A method reads
// all parameters it needs and then checks fail once.
type args struct {
	object
	fail *failure
}

func (a *args) refuse(format string, values ...any) {
	if a.fail == nil {
		a.fail = refuse(format, values...)
	}
}

// number reads a required integer; a numeric string is accepted as well.
func (a *args) number(name string) int64 {
	if text, ok := a.object[name].(string); ok {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			a.refuse("Parameter '%s' must be an integer", name)
		}
		return n
	}
	return a.strictNumber(name)
}

// strictNumber reads a required integer that must not be a string.
func (a *args) strictNumber(name string) int64 {
	value, ok := a.object[name]
	if !ok || value == nil {
		a.refuse("Parameter '%s' is missing", name)
		return 0
	}
	n, ok := integer(value)
	if !ok {
		a.refuse("Parameter '%s' must be an integer", name)
	}
	return n
}

// numberOr reads an optional integer.
func (a *args) numberOr(name string, other int64) int64 {
	if a.object[name] == nil {
		return other
	}
	return a.number(name)
}

func integer(value any) (int64, bool) {
	n, ok := value.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := strconv.ParseInt(n.String(), 10, 64)
	return i, err == nil
}

// text reads a required string.
func (a *args) text(name string) string {
	value, ok := a.object[name]
	if !ok || value == nil {
		a.refuse("Parameter '%s' is missing", name)
		return ""
	}
	text, ok := value.(string)
	if !ok {
		a.refuse("Parameter '%s' must be a string", name)
	}
	return text
}

// textOr reads an optional string.
func (a *args) textOr(name, other string) string {
	if a.object[name] == nil {
		return other
	}
	return a.text(name)
}

// flag reads an optional boolean; the strings "true" and "false" are accepted
// as well.
func (a *args) flag(name string) bool {
	switch value := a.object[name].(type) {
	case nil:
		return false
	case bool:
		return value
	case string:
		if value == "true" || value == "false" {
			return value == "true"
		}
	}
	a.refuse("Parameter '%s' must be a boolean", name)
	return false
}

// numbers reads a list of integers and tells whether there was one.
func (a *args) numbers(name string) (list []int64, present bool) {
	value, ok := a.object[name]
	if !ok || value == nil {
		return nil, false
	}
	items, ok := value.([]any)
	if !ok {
		a.refuse("Parameter '%s' must be a list of integers", name)
		return nil, false
	}
	for _, item := range items {
		n, ok := integer(item)
		if !ok {
			a.refuse("Parameter '%s' must be a list of integers", name)
			return nil, false
		}
		list = append(list, n)
	}
	return list, true
}

// texts reads an optional list of strings.
func (a *args) texts(name string) []string {
	value, ok := a.object[name]
	if !ok || value == nil {
		return nil
	}
	items, ok := value.([]any)
	if !ok {
		a.refuse("Parameter '%s' must be a list of strings", name)
		return nil
	}
	list := make([]string, 0, len(items))
	for _, item := range items {
		text, ok := item.(string)
		if !ok {
			a.refuse("Parameter '%s' must be a list of strings", name)
			return nil
		}
		list = append(list, text)
	}
	return list
}

// sub reads a required object.
func (a *args) sub(name string) *args {
	value, ok := a.object[name].(map[string]any)
	if !ok {
		a.refuse("Parameter '%s' must be an object", name)
	}
	return &args{object: value, fail: a.fail}
}

// subOr reads an optional object; null and {} mean the same.
func (a *args) subOr(name string) *args {
	if a.object[name] == nil {
		return &args{object: object{}, fail: a.fail}
	}
	return a.sub(name)
}

// window reads range{Offset, Size}. Without a range it returns one that covers
// everything.
func (a *args) window() (offset, size int64) {
	w := a.subOr("range")
	offset, size = w.numberOr("Offset", 0), w.numberOr("Size", -1)
	if offset < 0 || w.object["Size"] != nil && size < 0 {
		w.refuse("Parameter 'range' must not be negative")
	}
	if a.fail == nil {
		a.fail = w.fail
	}
	return offset, size
}

// cut returns the part of a list that a range selects.
func cut[T any](list []T, offset, size int64) []T {
	list = list[min(offset, int64(len(list))):]
	if size >= 0 {
		list = list[:min(size, int64(len(list)))]
	}
	return list
}
