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

// The fields that make a ticket urgent, beside reconcile.FieldPriority.
const (
	Impact   = "impact"
	Severity = "severity"
)

var (
	urgent = [3]string{reconcile.FieldPriority, Impact, Severity}
	levels = []string{"Low", "Medium", "High"}
)

// Urgency is the id of a priority, an impact and a severity; what is empty the
// desk does not write, because no rule says it or because a person has changed it.
type Urgency [3]string

// Faults say what is wrong with impact and severity.
func (u Urgency) Faults() (faults []string) {
	for _, level := range u[1:] {
		if level != "" && !slices.Contains(levels, level) {
			faults = append(faults, fmt.Sprintf("%q is no impact or severity; %s", level, lookup.Suggest(level, levels)))
		}
	}
	return faults
}

// Ref is a reference to the priority; zero where there is none.
func (u Urgency) Ref() connectwise.Ref {
	id, _ := strconv.ParseInt(u[0], 10, 64)
	return connectwise.ByID(id)
}

// Ops set impact and severity.
func (u Urgency) Ops() (ops []connectwise.Op) {
	for i, level := range u {
		if i > 0 && level != "" {
			ops = append(ops, connectwise.Set(urgent[i], level))
		}
	}
	return ops
}

// of is how urgent a ticket is.
func of(t *connectwise.Ticket) Urgency {
	return Urgency{lookup.ID(t.Priority.ID), t.Impact, t.Severity}
}

// Digest is what a marker remembers of an urgency that stands in a ticket: of the
// priority's id alone where the desk writes nothing else, as it always was, else
// of all three, with "*" for what the desk does not write.
func (u Urgency) Digest() mark.Digest {
	switch {
	case u == Urgency{}:
		return ""
	case u[1] == "" && u[2] == "":
		return mark.DigestOf(u[0])
	}
	return mark.DigestOf(cmp.Or(u[0], "*") + "/" + cmp.Or(u[1], "*") + "/" + cmp.Or(u[2], "*"))
}

// Priorities are the tenant's, and the ids of those that the configuration names.
// The zero value has none.
type Priorities struct {
	all  []*connectwise.Ref
	used []string
}

// Read reads the priorities.
func (p *Priorities) Read(ctx context.Context, client *connectwise.Client) (err error) {
	p.all, err = records(ctx, client, "service/priorities", connectwise.Condition{})
	return err
}

// Find gives the id of a priority that the configuration names.
func (p *Priorities) Find(name string) (id, fault string) {
	ref, others := among(p.all, 0, name)
	if others != "" {
		return "", fmt.Sprintf("priority %q does not exist; %s", name, others)
	}
	id = lookup.ID(ref.ID)
	p.used = append(p.used, id)
	return id, ""
}

// Name is what people call the priority of an urgency; "" where there is none.
func (p *Priorities) Name(u Urgency) string {
	for _, ref := range p.all {
		if lookup.ID(ref.ID) == u[0] {
			return ref.Name
		}
	}
	return ""
}

// wrote is what the desk has written, going by the digest. ok is false when the
// digest fits nothing that it can have written.
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

// Edited are those of its fields that people have changed.
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

// Raise is what is written to a ticket so that it becomes as urgent as wanted,
// and the digest that goes with it. What a person has changed is theirs for
// good. A ticket of which nothing is known as ours is left alone.
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
	// Nothing is ours any more: the lost digest keeps saying so.
	return writes, cmp.Or(ours.Digest(), digest)
}
