package fields

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// The fields of an [Urgency], in addition to reconcile.FieldPriority.
const (
	Impact   = "impact"
	Severity = "severity"
)

var (
	urgent = [3]string{reconcile.FieldPriority, Impact, Severity}
	levels = []string{"Low", "Medium", "High"}
)

// Urgency is the id of a priority, an impact and a severity. The desk does not
// write an empty one, because no rule sets it or because a person has changed
// it.
type Urgency [3]string

// Faults returns the faults of impact and severity.
func (u Urgency) Faults() (faults []string) {
	for _, level := range u[1:] {
		if level != "" && !slices.Contains(levels, level) {
			faults = append(faults, fmt.Sprintf("%q is not an impact or severity; %s", level, lookup.Suggest(level, levels)))
		}
	}
	return faults
}

// Ref returns a reference to the priority; zero if there is none.
func (u Urgency) Ref() connectwise.Ref {
	id, _ := strconv.ParseInt(u[0], 10, 64)
	return connectwise.ByID(id)
}

// Ops returns the ops that set impact and severity.
func (u Urgency) Ops() (ops []connectwise.Op) {
	for i, level := range u {
		if i > 0 && level != "" {
			ops = append(ops, connectwise.Set(urgent[i], level))
		}
	}
	return ops
}

// of returns the urgency of a ticket.
func of(t *connectwise.Ticket) Urgency {
	return Urgency{lookup.ID(t.Priority.ID), t.Impact, t.Severity}
}

// Digest returns the digest of an urgency for the marker. If the desk writes
// only the priority, it is a digest of the priority's id, as in older markers.
// Otherwise it is a digest of all three, with "*" for those that the desk does
// not write.
func (u Urgency) Digest() mark.Digest {
	switch {
	case u == Urgency{}:
		return ""
	case u[1] == "" && u[2] == "":
		return mark.DigestOf(u[0])
	}
	return mark.DigestOf(cmp.Or(u[0], "*") + "/" + cmp.Or(u[1], "*") + "/" + cmp.Or(u[2], "*"))
}

// Priorities are the tenant's priorities, and the ids of those that the
// configuration names. The zero value has none.
type Priorities struct {
	all  []*connectwise.Ref
	used []string
}

// Read reads the priorities.
func (p *Priorities) Read(ctx context.Context, client *connectwise.Client) (err error) {
	p.all, err = records(ctx, client, "service/priorities", connectwise.Condition{})
	return err
}

// Find returns the id of a priority that the configuration names.
func (p *Priorities) Find(name string) (id, fault string) {
	ref, others := among(p.all, 0, name)
	if others != "" {
		return "", fmt.Sprintf("priority %q does not exist; %s", name, others)
	}
	id = lookup.ID(ref.ID)
	p.used = append(p.used, id)
	return id, ""
}

// Name returns the name of an urgency's priority; "" if there is none.
func (p *Priorities) Name(u Urgency) string {
	for _, ref := range p.all {
		if lookup.ID(ref.ID) == u[0] {
			return ref.Name
		}
	}
	return ""
}

// wrote finds out from the digest what the desk has written. The result ok is
// false if the digest matches nothing that the desk can have written.
func (p *Priorities) wrote(t *connectwise.Ticket, digest mark.Digest) (u Urgency, ok bool) {
	some := append([]string{""}, levels...)
	for _, u[0] = range append([]string{lookup.ID(t.Priority.ID), ""}, p.used...) {
		for _, u[1] = range some {
			for _, u[2] = range some {
				if u.Digest() == digest {
					return u, true
				}
			}
		}
	}
	return Urgency{}, false
}

// Edited returns the fields that people have changed.
func (p *Priorities) Edited(t *connectwise.Ticket, digest mark.Digest) (fields []string) {
	wrote, ok := p.wrote(t, digest)
	if !ok {
		return urgent[:1]
	}
	for i, now := range of(t) {
		if wrote[i] != "" && wrote[i] != now {
			fields = append(fields, urgent[i])
		}
	}
	return fields
}

// Raise returns the writes that give a ticket the wanted urgency, and the new
// digest. A field that a person has changed is never written again. If the
// digest matches nothing that the desk can have written, Raise writes nothing.
func (p *Priorities) Raise(want Urgency, t *connectwise.Ticket, digest mark.Digest) (writes []Write, now mark.Digest) {
	ours, ok := p.wrote(t, digest)
	if !ok {
		return nil, digest
	}
	for i, stands := range of(t) {
		switch {
		case ours[i] != stands: // a person's, or nobody's
			ours[i] = ""
		case want[i] != "" && want[i] != stands:
			w := Write{urgent[i], stands, want[i], want[i]}
			if ours[i] = want[i]; i == 0 {
				w.Old, w.New, w.Value = t.Priority.Name, p.Name(want), want.Ref()
			}
			writes = append(writes, w)
		}
	}
	// If people have changed all fields, the old digest stays, which shows
	// that.
	return writes, cmp.Or(ours.Digest(), digest)
}
