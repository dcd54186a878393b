package connectwise

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
)

// core does the work of a [Collection] without depending on its type. All
// collections share this code, so programs with many collections build quickly.
type core struct {
	c          *Client
	path       string
	typ        reflect.Type // of the records
	parameters url.Values   // of every list and count
	check      func(writing, map[string]any) []FieldError
	mixed      bool // rows come from several tables and may have equal ids
}

// member returns a member of the records by name, nil when it is not known.
func (s *core) member(name string) *member {
	if known := schemaOf(s.typ); known != nil {
		return known.members[name]
	}
	return nil
}

// integerID returns the member that holds the id, if the id is a whole number.
func (s *core) integerID() *member {
	if id := s.member("id"); id != nil && isInteger(id.typ) {
		return id
	}
	return nil
}

// new returns a pointer to an empty record.
func (s *core) new() any { return reflect.New(s.typ).Interface() }

// below returns the collection of the records that belong to a record of the
// parent.
func below[T any](parent *core, id int64, name string) *Collection[T] {
	return NewCollection[T](parent.c, parent.path+"/"+itoa(id)+"/"+name)
}

// fixed adds parameters to all requests of a collection.
func (s *Collection[T]) fixed(parameters url.Values) *Collection[T] {
	s.parameters = parameters
	return s
}

func (s *core) get(ctx context.Context, id int64) (any, error) {
	path, err := s.record(http.MethodGet, id)
	if err != nil {
		return nil, err
	}
	a, err := s.c.send(ctx, request{method: http.MethodGet, path: path, most: roomFor(fewRecords)})
	if err != nil {
		return nil, err
	}
	return s.stored(a, id)
}

// remove deletes a record.
func (s *core) remove(ctx context.Context, id int64) error {
	path, err := s.record(http.MethodDelete, id)
	if err != nil {
		return err
	}
	_, err = s.c.send(ctx, request{method: http.MethodDelete, path: path})
	return err
}

// write creates, replaces or patches a record. The argument record is a
// pointer, or nil for a patch.
func (s *core) write(ctx context.Context, w writing, id int64, record any, ops []Op) (any, error) {
	r := request{method: w.method(), path: s.path, most: roomFor(fewRecords)}
	if w != creating {
		path, err := s.record(r.method, id)
		if err != nil {
			return nil, err
		}
		r.path = path
	}
	ops, err := s.withFields(ctx, r, id, ops)
	if err != nil {
		return nil, err
	}
	var wrong []FieldError
	if w == patching {
		r.body, wrong = patchOf(s.typ, ops)
	} else {
		r.body, wrong = bodyOf(w, s.typ, record, ops, s.check)
	}
	if len(wrong) > 0 {
		return nil, r.invalid(wrong)
	}
	a, err := s.c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	return s.stored(a, id)
}

// record returns the path of a record.
func (s *core) record(method string, id int64) (string, error) {
	if id <= 0 {
		return "", request{method: method, path: s.path}.invalid([]FieldError{noRecordID("id", id)})
	}
	return s.path + "/" + itoa(id), nil
}

func noRecordID(field string, id int64) FieldError {
	return FieldError{Field: field, Message: fmt.Sprintf("%d is not a record id", id)}
}

// stored decodes an answer that must be the record with the id, or a new record
// when the id is 0. An object without an id, or with another id, is an error;
// it would otherwise pass for an empty record. The id is not checked for types
// whose id is not a whole number.
func (s *core) stored(a *answer, id int64) (any, error) {
	result := s.new()
	if err := a.object(result); err != nil {
		return nil, err
	}
	if s.integerID() == nil {
		return result, nil
	}
	switch got := idIn(a.body); {
	case got == 0:
		return nil, a.unreadable(errors.New("it holds no id"))
	case id != 0 && got != id:
		return nil, a.unreadable(fmt.Errorf("it is record %d", got))
	}
	return result, nil
}

// idIn returns the id of a record's JSON, 0 when it has no id that is a whole
// number.
func idIn(data []byte) int64 {
	var record struct {
		ID Number `json:"id"`
	}
	_ = json.Unmarshal(data, &record) // JSON that cannot be read has no id
	id, err := record.ID.Int64()
	if err != nil {
		return 0
	}
	return id
}

// get reads one object.
func get[T any](ctx context.Context, c *Client, path string) (*T, error) {
	a, err := c.send(ctx, request{method: http.MethodGet, path: path})
	if err != nil {
		return nil, err
	}
	result := new(T)
	if err := a.object(result); err != nil {
		return nil, err
	}
	return result, nil
}

// object decodes an answer that must be a JSON object into result, a pointer.
func (a *answer) object(result any) error {
	body := trimJSON(a.body)
	if len(body) == 0 || body[0] != '{' {
		return a.unreadable(errors.New("no JSON object"))
	}
	if err := unmarshal(body, result); err != nil {
		return a.unreadable(err)
	}
	return nil
}
