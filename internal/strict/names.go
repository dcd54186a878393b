package strict

import (
	"fmt"
	"slices"
	"strconv"
)

// Names are the text forms of a small enumeration that counts from 0. What
// names the enumeration in errors, such as "stage".
type Names struct {
	What  string
	Names []string
}

// Text returns the name of v; a value out of range gives "stage(9)".
func (n Names) Text(v uint8) string {
	if int(v) < len(n.Names) {
		return n.Names[v]
	}
	return n.What + "(" + strconv.Itoa(int(v)) + ")"
}

// Marshal returns the name of v, or an error.
func (n Names) Marshal(v uint8) ([]byte, error) {
	if int(v) >= len(n.Names) {
		return nil, fmt.Errorf("no such %s: %d", n.What, v)
	}
	return []byte(n.Names[v]), nil
}

// Unmarshal sets v to the value of a name. An unknown name is an error and
// leaves v unchanged.
func (n Names) Unmarshal(text []byte, v *uint8) error {
	i := slices.Index(n.Names, string(text))
	if i < 0 {
		return fmt.Errorf("no such %s: %q (one of %q)", n.What, text, n.Names)
	}
	*v = uint8(i)
	return nil
}
