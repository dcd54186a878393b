package monitor

import (
	"slices"
	"strings"

	"github.com/covedesk/covedesk/cove"
)

// like reports whether a pattern matches the whole text; "*" stands for any
// text, and case does not matter.
func like(pattern, text string) bool {
	pattern, text = strings.ToLower(pattern), strings.ToLower(text)
	head, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == text
	}
	if !strings.HasPrefix(text, head) {
		return false
	}
	text = text[len(head):]
	for {
		var part string
		part, rest, star = strings.Cut(rest, "*")
		if !star {
			return strings.HasSuffix(text, part)
		}
		at := strings.Index(text, part)
		if at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
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
		if r.Class(c).Storage {
			codes = append(codes, storageColumns...)
		}
		if r.Class(c).Recovery > 0 {
			codes = append(codes, recoveryColumns...)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}
