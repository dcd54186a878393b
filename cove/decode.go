package cove

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/covedesk/covedesk/internal/text"
)

// A decoder reads rows of EnumerateAccountStatistics into structs of type T.
//
// It holds one row of type T. When the decoder is made, every column is bound
// to a field of that row, so that reading a value needs no reflection and
// usually no map. After each row has been read, the row is copied out.
type decoder[T any] struct {
	plan  *plan
	row   T
	named map[string]*slot // by column code
	begin slot             // stands before the first column
	last  *slot            // of the column read last
	turn  int              // number of the row; detects a column that comes twice in one

	account, partner int64
	flags            []string
	refused          []string // the columns that the API refuses; every row lists them
	toAccount        *int64
	toPartner        *int64
	toFlags          *[]string
	toRest           *map[string]string
	toBad            *[]ColumnError
	toRefused        *[]string

	scan scanner
	bad  []ColumnError
}

// slot holds what is known about one column: its code and how to store its
// value.
type slot struct {
	code    string
	opening []byte // of an object that holds the column alone, up to its text
	assign  assign
	turn    int   // the last row that had the column
	next    *slot // the column that followed this one in an earlier row
}

func newDecoder[T any](extra []string) (*decoder[T], error) {
	p, err := planOf(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	if err := p.checkExtra(extra); err != nil {
		return nil, err
	}
	d := &decoder[T]{plan: p, named: make(map[string]*slot)}
	row := reflect.ValueOf(&d.row).Elem()
	field := func(tag string) any {
		index, ok := p.special[tag]
		if !ok {
			return nil
		}
		return row.FieldByIndex(index).Addr().Interface()
	}
	d.toAccount, _ = field(tagAccount).(*int64)
	d.toPartner, _ = field(tagPartner).(*int64)
	d.toFlags, _ = field(tagFlags).(*[]string)
	d.toRest, _ = field(tagRest).(*map[string]string)
	d.toBad, _ = field(tagMalformed).(*[]ColumnError)
	d.toRefused, _ = field(tagRefused).(*[]string)
	add := func(code string, assign assign) {
		d.named[code] = &slot{code: code, opening: []byte(`{"` + code + `":"`), assign: assign}
	}
	for _, c := range p.columns {
		add(c.code, assignTo(row.FieldByIndex(c.index), c.unit))
	}
	for _, code := range p.codes(extra)[len(p.columns):] {
		add(code, d.keepRest(code))
	}
	return d, nil
}

func (d *decoder[T]) keepRest(code string) assign {
	return func(text []byte) error {
		if *d.toRest == nil {
			*d.toRest = make(map[string]string)
		}
		(*d.toRest)[code] = string(text)
		return nil
	}
}

// decodePage reads a whole answer with at most the given number of rows. After
// a column that cannot be read no more rows are kept, but the rest of the
// answer is still read: it must be valid JSON, and it holds the next visa.
func (d *decoder[T]) decodePage(body []byte, most int, into *page[T]) (envelope, error) {
	s := &d.scan
	*s = scanner{buf: padded(body)}
	defer func() { s.buf = nil }() // so that the page's memory can be freed
	found := false
	env, err := s.envelope(func(s *scanner) error {
		return s.members(func(name []byte) (err error) {
			switch {
			case string(name) == "result" && !found:
				found = true
				return d.decodeRows(s, most, into)
			case string(name) == "totalStatistics":
				raw, err := s.raw()
				into.totals = slices.Clone(raw)
				return err
			}
			return s.skip(0)
		})
	})
	if err == nil && env.failure == nil && !found {
		err = fmt.Errorf("%w: no list of devices", ErrMalformed)
	}
	return env, err
}

func (d *decoder[T]) decodeRows(s *scanner, most int, into *page[T]) error {
	s.space()
	begun, n := s.pos, 0
	return s.elements(func() error {
		if n++; n > most {
			return fmt.Errorf("%w: more than the %d devices asked for", ErrMalformed, most)
		}
		bad, err := d.decodeRow(s)
		if err != nil {
			return err
		}
		if into.err == nil && bad != nil {
			into.err = bad
		}
		if into.err == nil {
			if len(into.rows) == cap(into.rows) {
				// Estimate the room for the remaining rows from the length of
				// those read so far.
				rest := int(int64(len(s.buf)-s.pos)*int64(n)/int64(s.pos-begun)) + 1
				rest = min(rest+rest/16, most-n+1)
				into.rows, into.ids = slices.Grow(into.rows, rest), slices.Grow(into.ids, rest)
			}
			into.rows = append(into.rows, d.row)
			into.ids = append(into.ids, d.account)
		}
		return nil
	})
}

// decodeRow reads one row into d.row and leaves the scanner after the row. It
// returns a column that cannot be read, unless the struct has a field for such
// columns.
func (d *decoder[T]) decodeRow(s *scanner) (*ColumnError, error) {
	var zero T
	d.row = zero
	d.turn++
	d.account, d.partner, d.flags, d.bad = 0, 0, nil, d.bad[:0]
	settings := false
	err := s.members(func(name []byte) (err error) {
		switch string(name) {
		case "AccountId":
			d.account, err = s.integer()
		case "PartnerId":
			d.partner, err = s.integer()
		case "Flags":
			d.flags, err = s.texts()
		case "Settings":
			settings = true
			err = d.settings(s)
		default:
			err = s.skip(0)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if d.account == 0 || !settings || d.toPartner != nil && d.partner == 0 {
		return nil, fmt.Errorf("%w: a device without AccountId, PartnerId or Settings before byte %d", ErrMalformed, s.pos)
	}
	return d.finish(), nil
}

// finish fills the fields of the row that hold no column.
func (d *decoder[T]) finish() *ColumnError {
	if d.toAccount != nil {
		*d.toAccount = d.account
	}
	if d.toPartner != nil {
		*d.toPartner = d.partner
	}
	if d.toFlags != nil {
		*d.toFlags = d.flags
	}
	if d.toRefused != nil {
		*d.toRefused = d.refused
	}
	if len(d.bad) == 0 {
		return nil
	}
	for i := range d.bad {
		d.bad[i].AccountID = d.account
	}
	if d.toBad == nil {
		bad := d.bad[0]
		return &bad
	}
	*d.toBad = slices.Clone(d.bad)
	return nil
}

// settings reads the list of objects that holds the columns; usually each
// object holds one column. Most rows have their columns in the same order, so
// settings first tries the column that followed in an earlier row: comparing the
// beginning of an object with the expected one is cheaper than finding its name.
func (d *decoder[T]) settings(s *scanner) error {
	d.last = &d.begin
	return s.elements(func() error {
		if next := d.last.next; next != nil {
			if value, ok := s.lone(next.opening); ok {
				d.last = next
				d.set(next, value)
				return nil
			}
		}
		return s.members(d.setting)
	})
}

// setting reads one column whose value may have any JSON form.
func (d *decoder[T]) setting(code []byte) error {
	at, known := d.named[string(code)]
	if !known {
		return d.scan.skip(0) // a column that was not asked for
	}
	d.last.next, d.last = at, at
	value, err := d.scan.value()
	if errors.Is(err, errObject) {
		d.refuse(at, value, err)
		return nil
	}
	if err == nil {
		d.set(at, value)
	}
	return err
}

// set stores a value. It ignores an empty value, and all but the first value of
// a column that comes twice.
func (d *decoder[T]) set(s *slot, value []byte) {
	if len(value) == 0 || s.turn == d.turn {
		return
	}
	s.turn = d.turn
	if err := s.assign(value); err != nil {
		d.refuse(s, value, err)
	}
}

// refuse records a value that cannot be read.
func (d *decoder[T]) refuse(s *slot, value []byte, err error) {
	d.bad = append(d.bad, ColumnError{Column: s.code, Value: text.Cut(string(value), 200), Err: err})
}
