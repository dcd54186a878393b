package fields

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// Spec is a field in the configuration; see desk.TicketField.
type Spec struct {
	Path  string
	ID    int64
	Value string
	Board string
}

// Field is a resolved Spec.
type Field struct {
	Spec
	custom   connectwise.UserDefinedField // zero: a member of tickets
	isRef    bool
	template *template.Template           // nil when Value is the value
	lists    map[int64][]*connectwise.Ref // for a reference: the records it may refer to, by board; 0: those of the tenant
}

// Finder resolves fields of the configuration.
type Finder struct {
	Client *connectwise.Client
	Zone   *time.Location // time zone of dates; nil: UTC
	Marker int64          // the custom field that holds the marker; 0: externalXRef holds it
	// Targets are the boards that new tickets can go to. Overridden reports
	// whether all routes to a board set a field themselves.
	Targets    []*boards.Board
	Overridden func(b *boards.Board, path string) bool
}

const customPrefix = "customFields/"

// ownMembers are the members that the desk itself writes, each with the setting
// to use instead.
var ownMembers = map[string]string{
	"summary": "it comes with the problem", "company": "it comes with the problem",
	"board": "use Board or Routes", "status": "use NewStatus", "priority": "use Priorities",
	"externalXRef": "it holds the marker", "initialDescription": "use Compose and Discussion",
	"initialInternalAnalysis": "use Compose", "processNotifications": "use Mail",
	"automaticEmailContactFlag": "use Mail and Prepare", "automaticEmailResourceFlag": "use Mail and Prepare",
	"automaticEmailCcFlag": "use Mail and Prepare", "customFields": "use " + customPrefix + " and a caption",
	"recordType": "the desk makes service tickets",
}

// Find resolves the fields. Each fault begins with where and names its field.
func (r Finder) Find(ctx context.Context, where string, given []Spec) (found []Field, faults []string, err error) {
	for i, spec := range given {
		f := Field{Spec: spec}
		more, err := r.find(ctx, &f)
		if err != nil {
			return nil, nil, err
		}
		if slices.ContainsFunc(found, func(other Field) bool {
			return strings.EqualFold(other.Path, f.Path) && (lookup.Same(other.Board, f.Board) || other.Board == f.Board)
		}) {
			more = append(more, "it is given twice")
		}
		for _, fault := range more {
			faults = append(faults, fmt.Sprintf("%sFields[%d] (%s): %s", where, i, f.Path, fault))
		}
		found = append(found, f)
	}
	return found, faults, nil
}

func (r Finder) find(ctx context.Context, f *Field) (faults []string, err error) {
	if fault, err := r.member(ctx, f); err != nil || fault != "" {
		return []string{fault}, err
	}
	switch {
	case f.ID != 0 && !f.isRef:
		faults = append(faults, "it is not a reference, so it needs a Value and no ID")
	case (f.ID != 0) == (f.Value != ""):
		faults = append(faults, "it needs an ID or a Value, one of the two")
	}
	on, fault := r.boards(f)
	if fault != "" {
		faults = append(faults, fault)
	}
	if len(faults) > 0 {
		return faults, nil
	}
	if err := f.readLists(ctx, r.Client, on); err != nil {
		return nil, err
	}
	if strings.Contains(f.Value, "{{") {
		if err := f.parse(r); err != nil {
			faults = append(faults, err.Error())
		}
		return faults, nil
	}
	for _, b := range on {
		_, err := f.op(r.Client, b, f.Value)
		if err != nil && !slices.Contains(faults, err.Error()) {
			faults = append(faults, err.Error())
		}
	}
	return faults, nil
}

// member resolves the path of a field.
func (r Finder) member(ctx context.Context, f *Field) (fault string, err error) {
	if caption, ok := strings.CutPrefix(f.Path, customPrefix); ok {
		if f.custom, fault, err = Custom(ctx, r.Client, caption); fault == "" && err == nil && f.custom.ID == r.Marker {
			fault = "it holds the marker"
		}
		return fault, err
	}
	if instead, own := ownMembers[f.Path]; own && (f.Path != "externalXRef" || r.Marker == 0) {
		return "the desk writes it itself; " + instead, nil
	}
	op, wrong := r.Client.Service.Tickets.Parse(f.Path, "")
	if wrong != nil {
		return wrong.Error(), nil //nolint:nilerr // a fault of the settings, reported with the others
	}
	_, f.isRef = op.Value().(connectwise.Ref)
	return "", nil
}

// boards returns the boards whose new tickets get the field.
func (r Finder) boards(f *Field) (on []*boards.Board, fault string) {
	var names []string
	for _, b := range r.Targets {
		names = append(names, b.Ref.Name)
		if f.Board == "" && !r.Overridden(b, f.Path) || lookup.Same(b.Ref.Name, f.Board) {
			on = append(on, b)
		}
	}
	switch {
	case len(on) == 0:
		fault = fmt.Sprintf("no new ticket goes to board %q; %s", f.Board, lookup.Suggest(f.Board, names))
	case boardLists[f.Path] != "" && slices.ContainsFunc(on, func(b *boards.Board) bool { return b.Ref.ID == 0 }):
		fault = "each board has its own, so Config.Board must be set"
	}
	return on, fault
}

// sample has a value for everything that a template can use.
var sample = reconcile.Action{
	Kind: reconcile.Create, Key: reconcile.Key{Feed: "source", Subject: "subject"}, Summary: "summary", Since: time.Unix(0, 0),
	Issue: &reconcile.Issue{
		Key: reconcile.Key{Feed: "source", Subject: "subject"}, Customer: "1", Company: "1", Kind: "kind", Class: "class",
		Summary: "summary", State: "state", Detail: "detail", Since: time.Unix(0, 0),
	},
}

// parse parses the value as a template.
func (f *Field) parse(r Finder) (err error) {
	if f.template, err = r.Template(f.Path, f.Value); err == nil {
		_, err = f.value(sample)
	}
	return err
}

// Template is a value as a template that ends.
func (r Finder) Template(name, value string) (*template.Template, error) {
	t, err := template.New(name).Option("missingkey=zero").Funcs(template.FuncMap{"day": r.day}).Parse(value)
	if err == nil {
		text.Bound(t, nil)
	}
	return t, err
}

// day returns the date of a time in the tenant's time zone; "" for the zero
// time.
func (r Finder) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	zone := r.Zone
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format(time.DateOnly)
}
