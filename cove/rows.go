package cove

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
)

// rows are the rows of an answer, read one by one. Reading stops with an error
// when the answer has more rows than were asked for.
type rows[T any] struct {
	list []T
	most int // zero: no bound
}

// A record can tell whether it is valid. Every record of the API has an id; one
// without was not understood.
type record interface{ valid() bool }

// UnmarshalJSON reads a list; null is an empty list.
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

// each converts the rows of an answer.
func each[W, T any](wire []W, from func(*W) T) []T {
	list := make([]T, len(wire))
	for i := range wire {
		list[i] = from(&wire[i])
	}
	return list
}

// listRange is the part of a list to ask for.
type listRange struct {
	Offset int `json:"Offset"`
	Size   int `json:"Size"`
}

// enumerate yields a list that is read in ranges of the given size. Fetch
// returns one range. See cursor.
//
// With sample, the caller needs only the first rows, at most one range. Then a
// range with fewer rows than asked for ends the list.
func enumerate[T any](method string, size int, sample bool, id func(*T) int64, fetch func(listRange) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		at := cursor{seen: make(map[int64]bool)}
		for !at.done {
			asked := listRange{Offset: at.start, Size: max(size, at.overlap+1)}
			list, err := fetch(asked)
			ids := make([]int64, len(list))
			for i := range list {
				ids[i] = id(&list[i])
			}
			var fresh []bool
			if err == nil {
				if fresh, err = at.take(ids); err != nil {
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
