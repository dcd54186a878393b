package strict

import (
	"fmt"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
)

// Fault is one mistake in what a person wrote.
type Fault struct {
	// Path says where: "windows[0].days[2]", "line 7"; "" is the text as a whole.
	Path string
	// Text says what is wrong and what is right, without a subject and a full
	// stop.
	Text string
}

// String returns "path: text", on one line.
func (f Fault) String() string {
	if f.Path == "" {
		return text.Line(f.Text)
	}
	return text.Line(f.Path + ": " + f.Text)
}

// Faults are all faults of a text, in its order. The error text has one a line;
// use [errors.As] to get them.
type Faults []Fault

// most is how many faults are printed.
const most = 20

// Error returns one fault a line. Of many it has the first 20 and a count.
func (f Faults) Error() string {
	var b strings.Builder
	for i, fault := range f[:min(len(f), most)] {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(fault.String())
	}
	if n := len(f) - most; n > 0 {
		fmt.Fprintf(&b, "\nand %d more", n)
	}
	return b.String()
}

// Add appends a fault.
func (f *Faults) Add(path, format string, args ...any) {
	*f = append(*f, Fault{path, fmt.Sprintf(format, args...)})
}

// Need adds a fault unless well is true.
func (f *Faults) Need(well bool, path, format string, args ...any) {
	if !well {
		f.Add(path, format, args...)
	}
}

// Under returns the faults with a path before theirs: "rules" and
// "server.stale" become "rules.server.stale".
func (f Faults) Under(path string) Faults {
	out := make(Faults, len(f))
	for i, fault := range f {
		out[i] = Fault{join(path, fault.Path), fault.Text}
	}
	return out
}

// Err returns the faults as an error; nil when there are none.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

func join(path, rest string) string {
	if path == "" || rest == "" || rest[0] == '[' {
		return path + rest
	}
	return path + "." + rest
}

// shown quotes a part of the text for a fault.
func shown(s string) string { return fmt.Sprintf("%q", text.Show(s, 60)) }
