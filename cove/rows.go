package cove

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
)

// rows are the rows of an answer, read one by one, so that an answer with more
// of them than were asked for is not read to its end.
type rows[T any] struct {
	list []T
	most int // zero: any number
}

// A record is a row that can tell whether it is one: every record of the API
// has an id, and what has none was not understood.
type record interface{ valid() bool }

// UnmarshalJSON reads a list, or null as none.
func (r *rows[T]) UnmarshalJSON(data []byte) error {
	if isNull(data) {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if open, err := dec.Token(); err != nil || open != json.Delim('[') {
		return errors.New("no list")
	}
	for dec.More() {
		if r.most > 0 && len(r.list) == r.most {
			return fmt.Errorf("more than the %d rows asked for", r.most)
		}
		var row T
		if err := dec.Decode(&row); err != nil {
			return err
		}
		if each, ok := any(&row).(record); ok && !each.valid() {
			return fmt.Errorf("row %d has no id", len(r.list)+1)
		}
		r.list = append(r.list, row)
	}
	return nil
}

// each turns the rows of an answer into what they stand for.
func each[W, T any](wire []W, from func(*W) T) []T {
	list := make([]T, len(wire))
	for i := range wire {
		list[i] = from(&wire[i])
	}
	return list
}

// listRange is the part of a list that is asked for.
type listRange struct {
	Offset int `json:"Offset"`
	Size   int `json:"Size"`
}

// enumerate yields a list that is asked for by ranges of so many rows; fetch
// returns one of them, and how many rows there are in all where the API says
// so. See cursor.
//
// A sample is a list of which the first rows are wanted and no more than a
// range holds: less than was asked for is all that it brings.
func enumerate[T any](method string, size int, sample bool, id func(*T) int64, fetch func(listRange) (list []T, total int, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		at := cursor{seen: make(map[int64]bool)}
		for !at.done {
			asked := listRange{Offset: at.start, Size: max(size, at.overlap+1)}
			list, total, err := fetch(asked)
			ids := make([]int64, len(list))
			for i := range list {
				ids[i] = id(&list[i])
			}
			var fresh []bool
			if err == nil {
				if fresh, err = at.take(ids, total); err != nil {
					err = fmt.Errorf("cove: %s: %w", method, err)
				}
			}
			for i := range fresh {
				if fresh[i] && !yield(list[i], nil) {
					return
				}
			}
			if err != nil {
				yield(zero, err)
				return
			}
			if sample && len(list) < asked.Size {
				return
			}
		}
	}
}

// collect gathers a sequence and the error that ended it.
func collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for v, err := range seq {
		if err != nil {
			return all, err
		}
		all = append(all, v)
	}
	return all, nil
}
