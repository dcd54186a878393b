package cove

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"reflect"
	"strconv"
	"time"
)

// A decoder reads rows of EnumerateAccountStatistics into structs of type T.
//
// It is bound once to a row of its own: every column has a typed pointer into
// it. A row is read there and then copied out, so that no cell needs
// reflection, a map or an allocation. The strings of a row are gathered and
// made in one allocation, and hold nothing of the page alive.
type decoder[T any] struct {
	plan  *plan
	row   T
	slots []slot
	table []cell // open addressing; its size is a power of two
	shift uint
	named map[string]int // codes too long for the table, and those with escapes
	turn  uint32         // number of the row, against columns that come twice

	account, partner int64
	flags            []string
	toAccount        *int64
	toPartner        *int64
	toFlags          *[]string
	toRest           *map[string]string
	toBad            *[]ColumnError

	scan  scanner
	text  []byte // the strings of the row
	spans []span
	bad   []ColumnError
}

// slot is where a column goes.
type slot struct {
	key   uint64 // the code packed into eight bytes, noKey when it is longer
	self  int32  // its own number
	turn  uint32 // the last row that had the column
	next  int32  // the slot whose column came behind this one last time
	kind  kind
	hours bool
	to    any // a typed pointer
	set   func()
	code  string
}

// noKey is the key of no code: packed codes leave their last byte empty.
const noKey = ^uint64(0)

// cell leads from a packed code to its slot.
type cell struct {
	key  uint64
	slot int32 // counted from 1
}

// span is a string of the row that has yet to be made.
type span struct {
	slot       int32
	start, end int32
}

func newDecoder[T any](extra []string) (*decoder[T], error) {
	p, err := planOf(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	if err := p.checkExtra(extra); err != nil {
		return nil, err
	}
	d := &decoder[T]{plan: p, named: make(map[string]int)}
	row := reflect.ValueOf(&d.row).Elem()
	field := func(index []int) any {
		if index == nil {
			return nil
		}
		return row.FieldByIndex(index).Addr().Interface()
	}
	d.toAccount, _ = field(p.account).(*int64)
	d.toPartner, _ = field(p.partner).(*int64)
	d.toFlags, _ = field(p.flags).(*[]string)
	d.toRest, _ = field(p.rest).(*map[string]string)
	d.toBad, _ = field(p.bad).(*[]ColumnError)
	for _, c := range p.columns {
		s := slot{code: c.code, kind: c.kind, hours: c.hours, to: field(c.index)}
		if as := basic[c.kind]; as != nil {
			s.to = row.FieldByIndex(c.index).Addr().Convert(as).Interface()
		}
		if c.kind == kindPointer {
			pt, _ := pointerTo(s.to)
			s.kind, _ = kindOf(reflect.TypeOf(pt.target).Elem())
			s.to, s.set = pt.target, pt.set
			if as := basic[s.kind]; as != nil {
				s.to = reflect.ValueOf(pt.target).Convert(as).Interface()
			}
		}
		d.slots = append(d.slots, s)
	}
	for _, code := range p.codes(extra)[len(p.columns):] {
		d.slots = append(d.slots, slot{code: code, kind: kindRest})
	}
	d.index()
	return d, nil
}

// index makes the table from codes to slots.
func (d *decoder[T]) index() {
	size := 16
	for size < 4*len(d.slots) {
		size *= 2
	}
	d.table = make([]cell, size)
	d.shift = uint(64 - bits.TrailingZeros(uint(size)))
	for i := range d.slots {
		s := &d.slots[i]
		s.self = int32(i)
		d.named[s.code] = i
		if len(s.code) > 7 {
			s.key = noKey
			continue
		}
		var text [8]byte
		copy(text[:], s.code)
		s.key = binary.LittleEndian.Uint64(text[:])
		at := hash(s.key) >> d.shift
		for d.table[at].slot != 0 {
			at = (at + 1) & uint64(size-1)
		}
		d.table[at] = cell{s.key, int32(i + 1)}
	}
}

func hash(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 }

// find returns the slot of a packed code, nil when nobody asked for it.
func (d *decoder[T]) find(key uint64) *slot {
	for at := hash(key) >> d.shift; ; at = (at + 1) & uint64(len(d.table)-1) {
		c := &d.table[at]
		if c.key == key && c.slot != 0 {
			return &d.slots[c.slot-1]
		}
		if c.slot == 0 {
			return nil
		}
	}
}

// rowMembers of an answer.
const (
	memberAccount  = "AccountId"
	memberPartner  = "PartnerId"
	memberFlags    = "Flags"
	memberSettings = "Settings"
)

// decodeRow reads one row into d.row. The error of a column that cannot be
// read is returned when the struct has no place for it; it is a *ColumnError
// and the scanner stands behind the row.
func (d *decoder[T]) decodeRow(s *scanner) error {
	var zero T
	d.row = zero
	d.turn++
	d.account, d.partner, d.flags = 0, 0, nil
	d.text, d.spans, d.bad = d.text[:0], d.spans[:0], d.bad[:0]
	if err := s.expect('{', "a device"); err != nil {
		return err
	}
	settings := false
	for first := true; ; first = false {
		ok, err := s.more(first, '}')
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		name, err := s.key()
		if err != nil {
			return err
		}
		switch string(name) {
		case memberAccount:
			d.account, err = s.integer()
		case memberPartner:
			d.partner, err = s.integer()
		case memberFlags:
			d.flags, err = s.texts()
		case memberSettings:
			settings = true
			err = d.settings(s)
		default:
			err = s.skip(0)
		}
		if err != nil {
			return err
		}
	}
	if d.account == 0 || !settings || d.toPartner != nil && d.partner == 0 {
		return fmt.Errorf("%w: a device without %s, %s or %s before byte %d", ErrMalformed, memberAccount, memberPartner, memberSettings, s.pos)
	}
	return d.finish()
}

// finish puts what was gathered into the row.
func (d *decoder[T]) finish() error {
	if len(d.text) > 0 {
		all := string(d.text)
		for _, sp := range d.spans {
			value, s := all[sp.start:sp.end], &d.slots[sp.slot]
			if s.kind == kindRest {
				d.keepRest(s.code, value)
				continue
			}
			*s.to.(*string) = value
			if s.set != nil {
				s.set()
			}
		}
	}
	if d.toAccount != nil {
		*d.toAccount = d.account
	}
	if d.toPartner != nil {
		*d.toPartner = d.partner
	}
	if d.toFlags != nil {
		*d.toFlags = d.flags
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
	*d.toBad = append([]ColumnError(nil), d.bad...)
	return nil
}

func (d *decoder[T]) keepRest(code, value string) {
	if *d.toRest == nil {
		*d.toRest = make(map[string]string)
	}
	(*d.toRest)[code] = value
}

// settings reads the list of one-member objects that holds the columns.
func (d *decoder[T]) settings(s *scanner) error {
	if err := s.expect('[', "a list of columns"); err != nil {
		return err
	}
	b, slots, last := s.buf, d.slots, int32(0)
	if len(slots) == 0 {
		slots = []slot{{key: noKey}}
	}
	for first := true; ; first = false {
		// What every answer looks like: {"D01F00":"5"}, without white space,
		// escapes or non-ASCII. Anything else takes the long way, below.
		i := s.pos
		if !first {
			if b[i] != ',' {
				goto long
			}
			i++
		}
		if b[i] == '{' && b[i+1] == '"' {
			w := binary.LittleEndian.Uint64(b[i+2:])
			q := w ^ ones*'"'
			if m := (q - ones) &^ q & highs; m != 0 {
				n := bits.TrailingZeros64(m) &^ 7
				key := w & (1<<n - 1)
				slot := &slots[slots[last].next]
				if slot.key != key { // rows repeat each other's order, but not always
					if slot = d.find(key); slot != nil {
						slots[last].next = slot.self
					}
				}
				j := i + 2 + n>>3
				if slot != nil && b[j+1] == ':' && b[j+2] == '"' {
					start := j + 3
					end := start
					m := special(binary.LittleEndian.Uint64(b[end:]))
					for m == 0 {
						end += 8
						m = special(binary.LittleEndian.Uint64(b[end:]))
					}
					end += bits.TrailingZeros64(m) >> 3
					if b[end] == '"' && b[end+1] == '}' {
						if end > start {
							d.set(slot, b[start:end])
						}
						last = slot.self
						s.pos = end + 2
						continue
					}
				}
			}
		}
	long:
		ok, err := s.more(first, ']')
		if err != nil || !ok {
			return err
		}
		if err := d.setting(s); err != nil {
			return err
		}
	}
}

// setting reads one element of the list, however it is written. An object of
// several columns is read too.
func (d *decoder[T]) setting(s *scanner) error {
	if err := s.expect('{', "a column"); err != nil {
		return err
	}
	for first := true; ; first = false {
		ok, err := s.more(first, '}')
		if err != nil || !ok {
			return err
		}
		name, err := s.key()
		if err != nil {
			return err
		}
		at, known := d.named[string(name)]
		if !known {
			if err := s.skip(0); err != nil {
				return err
			}
			continue
		}
		value, err := s.value()
		if err != nil && !errors.Is(err, errObject) {
			return err
		}
		slot := &d.slots[at]
		if err != nil {
			d.refuse(slot, value, err)
		} else if len(value) > 0 {
			d.set(slot, value)
		}
	}
}

var errObject = errors.New("an object where a text was expected")

// value reads the value of a column as text: a string, a number, true or
// false as they stand, null as nothing, of a list its first element.
func (s *scanner) value() ([]byte, error) {
	switch s.space() {
	case '"':
		return s.str()
	case 'n':
		return nil, s.literal("null")
	case 't':
		return []byte("true"), s.literal("true")
	case 'f':
		return []byte("false"), s.literal("false")
	case '{':
		start := s.pos
		if err := s.skip(0); err != nil {
			return nil, err
		}
		return s.buf[start:s.pos], errObject
	case '[':
		s.pos++
		var value []byte
		for first := true; ; first = false {
			ok, err := s.more(first, ']')
			if err != nil || !ok {
				return value, err
			}
			if !first || s.space() == '[' || s.space() == '{' {
				if err := s.skip(1); err != nil {
					return nil, err
				}
				continue
			}
			if value, err = s.value(); err != nil {
				return nil, err
			}
			// The elements that follow may hold escapes, which use the same
			// scratch.
			value = append([]byte(nil), value...)
		}
	default:
		return s.number()
	}
}

// integer reads an id: a number, a text of digits, or null.
func (s *scanner) integer() (int64, error) {
	at := s.space()
	text, err := s.value()
	if err != nil {
		return 0, err
	}
	if at == 'n' {
		return 0, nil
	}
	n, ok := parseInt(text)
	if !ok {
		return 0, s.fail("a number before this place")
	}
	return n, nil
}

// texts reads a list of strings, or null.
func (s *scanner) texts() ([]string, error) {
	if s.space() == 'n' {
		return nil, s.literal("null")
	}
	if err := s.expect('[', "a list"); err != nil {
		return nil, err
	}
	var list []string
	for first := true; ; first = false {
		ok, err := s.more(first, ']')
		if err != nil || !ok {
			return list, err
		}
		text, err := s.value()
		if err != nil {
			return nil, err
		}
		list = append(list, string(text))
	}
}

// refuse notes a value that cannot be read.
func (d *decoder[T]) refuse(s *slot, value []byte, err error) {
	const most = 200
	if len(value) > most {
		value = value[:most]
	}
	d.bad = append(d.bad, ColumnError{Column: s.code, Value: string(value), Err: err})
}

// set reads a value that is not empty. Of a column that comes twice the first
// value counts.
func (d *decoder[T]) set(s *slot, value []byte) {
	if s.turn == d.turn {
		return
	}
	s.turn = d.turn
	switch s.kind {
	case kindString, kindRest:
		at := len(d.text)
		d.text = append(d.text, value...)
		d.spans = append(d.spans, span{slot: s.self, start: int32(at), end: int32(len(d.text))})
		return // pointers are set when the string has been made
	case kindInt64:
		n, ok := parseInt(value)
		if !ok {
			d.refuse(s, value, errNotInteger)
			return
		}
		*s.to.(*int64) = n
	case kindStatus:
		if len(value) == 1 && value[0]-'0' < 10 {
			*s.to.(*SessionStatus) = SessionStatus(value[0] - '0')
		} else if err := s.to.(*SessionStatus).UnmarshalText(value); err != nil {
			d.refuse(s, value, err)
			return
		}
	case kindTime:
		n, ok := parseInt(value)
		if !ok || n < 0 || n > maxUnix {
			d.refuse(s, value, errNotTime)
			return
		}
		*s.to.(*time.Time) = fromUnix(n)
	default:
		if err := setOther(s, value); err != nil {
			d.refuse(s, value, err)
			return
		}
	}
	if s.set != nil {
		s.set()
	}
}

var (
	errNotInteger = errors.New("not a whole number")
	errNotNumber  = errors.New("not a number")
	errNotTime    = errors.New("not a time in Unix seconds")
	errNotBool    = errors.New("neither yes nor no")
	errRange      = errors.New("out of range")
)

// setOther reads the kinds that are not worth a place in the hot path.
func setOther(s *slot, value []byte) error {
	switch s.kind {
	case kindBool:
		b, ok := parseBool(value)
		if !ok {
			return errNotBool
		}
		*s.to.(*bool) = b
		return nil
	case kindDuration:
		unit := time.Second
		if s.hours {
			unit = time.Hour
		}
		if n, ok := parseInt(value); ok && n > -1<<20 && n < 1<<20 {
			*s.to.(*time.Duration) = time.Duration(n) * unit
			return nil
		}
		f, err := strconv.ParseFloat(string(trim(value)), 64)
		if err != nil {
			return errNotNumber
		}
		f = math.Round(f * float64(unit))
		if math.IsNaN(f) || math.Abs(f) >= math.MaxInt64 {
			return errRange
		}
		*s.to.(*time.Duration) = time.Duration(f)
		return nil
	case kindFloat32, kindFloat64:
		f, err := strconv.ParseFloat(string(trim(value)), 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return errNotNumber
		}
		if to, ok := s.to.(*float32); ok {
			*to = float32(f)
		} else {
			*s.to.(*float64) = f
		}
		return nil
	case kindColorBar:
		return s.to.(*ColorBar).UnmarshalText(value)
	case kindSources:
		return s.to.(*DataSourceSet).UnmarshalText(value)
	case kindText:
		// A copy: the value would change under a type that keeps it.
		return s.to.(encoding.TextUnmarshaler).UnmarshalText(append([]byte(nil), value...))
	}
	return setInteger(s.to, value)
}

// setInteger reads whole numbers into every size.
func setInteger(to any, value []byte) error {
	if to, ok := to.(*uint64); ok { // may be beyond int64
		n, err := strconv.ParseUint(string(trim(value)), 10, 64)
		if err != nil {
			return errNotInteger
		}
		*to = n
		return nil
	}
	n, ok := parseInt(value)
	if !ok {
		return errNotInteger
	}
	fits := true
	switch to := to.(type) {
	case *int:
		fits = store(to, n)
	case *int8:
		fits = store(to, n)
	case *int16:
		fits = store(to, n)
	case *int32:
		fits = store(to, n)
	case *uint:
		fits = store(to, n)
	case *uint8:
		fits = store(to, n)
	case *uint16:
		fits = store(to, n)
	case *uint32:
		fits = store(to, n)
	}
	if !fits {
		return errRange
	}
	return nil
}

// store sets a number that fits into its type.
func store[I int | int8 | int16 | int32 | uint | uint8 | uint16 | uint32](to *I, n int64) bool {
	v := I(n)
	if int64(v) != n || (v < 0) != (n < 0) {
		return false
	}
	*to = v
	return true
}

// parseInt reads a whole number, with blanks around it allowed.
func parseInt(text []byte) (int64, bool) {
	if len(text) == 0 || len(text) > 18 {
		return parseIntSlow(text)
	}
	var n int64
	rest := text
	if len(rest) >= 8 { // times and sizes: eight digits at once
		v := binary.LittleEndian.Uint64(rest)
		if v&(ones*0xf0)|(v+ones*6)&(ones*0xf0)>>4 != ones*0x33 {
			return parseIntSlow(text)
		}
		v = v & (ones * 0x0f) * (10<<8 + 1) >> 8                  // pairs of digits
		v = v & 0x00ff00ff00ff00ff * (100<<16 + 1) >> 16          // fours
		n = int64(v & 0x0000ffff0000ffff * (10000<<32 + 1) >> 32) //nolint:gosec // below 10^8
		rest = rest[8:]
	}
	for _, c := range rest {
		c -= '0'
		if c > 9 {
			return parseIntSlow(text)
		}
		n = n*10 + int64(c)
	}
	return n, true
}

func parseIntSlow(text []byte) (int64, bool) {
	n, err := strconv.ParseInt(string(trim(text)), 10, 64)
	return n, err == nil
}

func parseBool(text []byte) (value, ok bool) {
	switch string(trim(text)) {
	case "1", "true", "True", "TRUE", "yes", "Yes", "YES":
		return true, true
	case "0", "false", "False", "FALSE", "no", "No", "NO":
		return false, true
	}
	return false, false
}

func trim(text []byte) []byte {
	for len(text) > 0 && text[0] == ' ' {
		text = text[1:]
	}
	for len(text) > 0 && text[len(text)-1] == ' ' {
		text = text[:len(text)-1]
	}
	return text
}
