package connectwisetest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// node is a JSON value with its position in the body, because the server's
// errors name path, line and position.
type node struct {
	kind      nodeKind
	text      string // for strings and numbers
	truth     bool
	items     []*node
	keys      []string
	keyEnds   [][2]int // line and position after each key and its colon
	path      string
	line, pos int // position after the value
}

type nodeKind uint8

const (
	nodeNull nodeKind = iota
	nodeBool
	nodeNumber
	nodeString
	nodeArray
	nodeObject
)

// member returns the member with this name. It ignores case, as the real server
// does.
func (n *node) member(name string) *node {
	for i, k := range n.keys {
		if strings.EqualFold(k, name) {
			return n.items[i]
		}
	}
	return nil
}

// plain returns the node as encoding/json would decode it into any, but
// integers as int64.
func (n *node) plain() any {
	switch n.kind {
	case nodeBool:
		return n.truth
	case nodeNumber:
		if i, err := strconv.ParseInt(n.text, 10, 64); err == nil {
			return i
		}
		f, _ := strconv.ParseFloat(n.text, 64)
		return f
	case nodeString:
		return n.text
	case nodeArray:
		out := make([]any, len(n.items))
		for i, x := range n.items {
			out[i] = x.plain()
		}
		return out
	case nodeObject:
		out := make(map[string]any, len(n.items))
		for i, x := range n.items {
			out[n.keys[i]] = x.plain()
		}
		return out
	}
	return nil
}

type jsonReader struct {
	s         string
	i         int
	line      int
	lineStart int
	depth     int
}

type jsonError struct {
	what      string
	line, pos int
}

func (e *jsonError) Error() string {
	return fmt.Sprintf("%s, line %d, position %d.", e.what, e.line, e.pos)
}

// parseJSON reads one JSON value. Anything after it is an error.
func parseJSON(b []byte) (*node, error) {
	if !utf8.Valid(b) {
		return nil, &jsonError{what: "Invalid UTF-8 in request body", line: 1}
	}
	r := &jsonReader{s: strings.TrimPrefix(string(b), "\ufeff"), line: 1}
	n, err := r.value("")
	if err != nil {
		return nil, err
	}
	r.space()
	if r.i < len(r.s) {
		return nil, r.fail("Additional text encountered after finished reading JSON content: %c. Path ''", rune(r.s[r.i]))
	}
	return n, nil
}

func (r *jsonReader) fail(format string, args ...any) error {
	return &jsonError{what: fmt.Sprintf(format, args...), line: r.line, pos: r.i - r.lineStart}
}

func (r *jsonReader) space() {
	for r.i < len(r.s) {
		switch r.s[r.i] {
		case '\n':
			r.line++
			r.lineStart = r.i + 1
		case ' ', '\t', '\r':
		default:
			return
		}
		r.i++
	}
}

func (r *jsonReader) value(path string) (*node, error) {
	if r.depth++; r.depth > 64 {
		return nil, r.fail("The reader's MaxDepth of 64 has been exceeded. Path '%s'", path)
	}
	defer func() { r.depth-- }()
	r.space()
	if r.i >= len(r.s) {
		return nil, r.fail("Unexpected end when reading JSON. Path '%s'", path)
	}
	n := &node{path: path}
	var err error
	switch c := r.s[r.i]; {
	case c == '{':
		err = r.object(n)
	case c == '[':
		err = r.array(n)
	case c == '"':
		n.kind = nodeString
		n.text, err = r.str(path)
	case c == '-' || c >= '0' && c <= '9':
		n.kind = nodeNumber
		start := r.i
		for r.i < len(r.s) && strings.IndexByte("+-.eE0123456789", r.s[r.i]) >= 0 {
			r.i++
		}
		n.text = r.s[start:r.i]
		if !json.Valid([]byte(n.text)) {
			return nil, r.fail("Input string '%s' is not a valid number. Path '%s'", n.text, path)
		}
	default:
		err = r.word(n)
	}
	n.line, n.pos = r.line, r.i-r.lineStart
	return n, err
}

func (r *jsonReader) word(n *node) error {
	for word, k := range map[string]nodeKind{"null": nodeNull, "true": nodeBool, "false": nodeBool} {
		if strings.HasPrefix(r.s[r.i:], word) {
			r.i += len(word)
			n.kind, n.truth = k, word == "true"
			return nil
		}
	}
	c, _ := utf8.DecodeRuneInString(r.s[r.i:])
	return r.fail("Unexpected character encountered while parsing value: %c. Path '%s'", c, n.path)
}

func (r *jsonReader) object(n *node) error {
	n.kind = nodeObject
	r.i++
	for first := true; ; first = false {
		r.space()
		if r.i >= len(r.s) {
			return r.fail("Unexpected end when deserializing object. Path '%s'", n.path)
		}
		if r.s[r.i] == '}' && first {
			r.i++
			return nil
		}
		if r.s[r.i] != '"' {
			return r.fail("Invalid property identifier character: %c. Path '%s'", rune(r.s[r.i]), n.path)
		}
		key, err := r.str(n.path)
		if err != nil {
			return err
		}
		r.space()
		if r.i >= len(r.s) || r.s[r.i] != ':' {
			return r.fail("Invalid character after parsing property name. Expected ':'. Path '%s'", n.path)
		}
		r.i++
		n.keyEnds = append(n.keyEnds, [2]int{r.line, r.i - r.lineStart})
		path := key
		if n.path != "" {
			path = n.path + "." + key
		}
		v, err := r.value(path)
		if err != nil {
			return err
		}
		n.keys = append(n.keys, key)
		n.items = append(n.items, v)
		r.space()
		if r.i < len(r.s) && r.s[r.i] == ',' {
			r.i++
			continue
		}
		if r.i < len(r.s) && r.s[r.i] == '}' {
			r.i++
			return nil
		}
		return r.fail("After parsing a value an unexpected character was encountered. Path '%s'", path)
	}
}

func (r *jsonReader) array(n *node) error {
	n.kind = nodeArray
	r.i++
	for {
		r.space()
		if r.i < len(r.s) && r.s[r.i] == ']' && len(n.items) == 0 {
			r.i++
			return nil
		}
		v, err := r.value(fmt.Sprintf("%s[%d]", n.path, len(n.items)))
		if err != nil {
			return err
		}
		n.items = append(n.items, v)
		r.space()
		if r.i < len(r.s) && r.s[r.i] == ',' {
			r.i++
			continue
		}
		if r.i < len(r.s) && r.s[r.i] == ']' {
			r.i++
			return nil
		}
		return r.fail("After parsing a value an unexpected character was encountered. Path '%s'", v.path)
	}
}

func (r *jsonReader) str(path string) (string, error) {
	start := r.i
	r.i++
	for r.i < len(r.s) && r.s[r.i] != '"' {
		switch {
		case r.s[r.i] == '\\':
			r.i++
		case r.s[r.i] < 0x20:
			return "", r.fail("Invalid character in string. Path '%s'", path)
		}
		r.i++
	}
	if r.i >= len(r.s) {
		r.i = len(r.s)
		return "", r.fail("Unterminated string. Expected delimiter: \". Path '%s'", path)
	}
	r.i++
	raw := r.s[start:r.i]
	if strings.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1], nil
	}
	var s string
	if err := json.Unmarshal([]byte(raw), &s); err != nil {
		return "", r.fail("Bad JSON escape sequence. Path '%s'", path)
	}
	return s, nil
}

// appendString appends s as a JSON string.
func appendString(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return appendEscaped(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendEscaped(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r == '\t':
			b = append(b, '\\', 't')
		case r < 0x20 || r == '\u2028' || r == '\u2029':
			b = fmt.Appendf(b, "\\u%04x", r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// appendTime appends t as the server writes dates.
func appendTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, "2006-01-02T15:04:05Z")
	return append(b, '"')
}

// appendNum appends a decimal, always with a fraction: 0 is 0.0.
func appendNum(b []byte, f float64) []byte {
	n := len(b)
	b = strconv.AppendFloat(b, f, 'f', -1, 64)
	if strings.IndexByte(string(b[n:]), '.') < 0 {
		b = append(b, '.', '0')
	}
	return b
}

// appendPlain appends a value of any type. Members of a map are sorted by name.
func appendPlain(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendString(b, v)
	case float64:
		return appendNum(b, v)
	case time.Time:
		return appendTime(b, v)
	}
	j, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, j...)
}

// textLen returns the length of s in UTF-16 units, as the server counts it.
func textLen(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}
