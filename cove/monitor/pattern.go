package monitor

import (
	"slices"
	"strings"

	"github.com/covedesk/covedesk/cove"
)

// like reports whether a pattern matches the whole text; "*" stands for any
// text, and case does not matter.
func like(pattern, text string) bool {
	parts := strings.Split(strings.ToLower(pattern), "*")
	text, ok := strings.CutPrefix(strings.ToLower(text), parts[0])
	if len(parts) == 1 {
		return ok && text == ""
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		var found bool
		_, text, found = strings.Cut(text, part)
		ok = ok && found
	}
	return ok && strings.HasSuffix(text, parts[last])
}

// override finds the first override for a device; nil for none.
func (r *Rules) override(d *cove.Device, c *Customer) *Override {
	for i := range r.Overrides {
		o := &r.Overrides[i]
		switch {
		case o.Customer != 0 && o.Customer != c.ID,
			o.Profile != "" && !like(o.Profile, d.Profile),
			o.Product != "" && !like(o.Product, d.Product),
			o.Column != "" && !like(o.Value, d.Rest[o.Column]),
			o.Name != "" && !like(o.Name, d.ComputerName) && !like(o.Name, d.Alias) && !like(o.Name, d.Name):
			continue
		}
		return o
	}
	return nil
}

// columns returns the columns that the rules need beyond those of cove.Device.
func (r *Rules) columns() []string {
	var codes []string
	for i := range r.Overrides {
		if code := r.Overrides[i].Column; code != "" {
			codes = append(codes, code)
		}
	}
	for _, c := range classes {
		codes = append(codes, r.Class(c).columns()...)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// columns are those that the rules of a class need beyond those of cove.Device.
func (c *ClassRules) columns() (codes []string) {
	if c.Storage {
		codes = append(codes, storageColumns...)
	}
	if c.Recovery > 0 {
		codes = append(codes, recoveryColumns...)
	}
	return codes
}
