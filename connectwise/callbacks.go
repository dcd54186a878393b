package connectwise

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// callbackLevels says at which levels changes of a type can be subscribed to.
// The levels of Site are not published.
var callbackLevels = map[string][]string{
	"Activity":       {"Owner", "Status", "Type", "Company", "Activity"},
	"Agreement":      {"Owner", "Type", "Company", "Agreement"},
	"Company":        {"Owner", "Status", "Type", "Territory", "Company", "IntegratorTag"},
	"Configuration":  {"Owner", "Type", "Status", "Configuration"},
	"Contact":        {"Owner", "Type", "Territory", "Company", "Contact"},
	"Expense":        {"Owner", "ChargeToType", "Type", "Class", "Company", "Expense"},
	"Invoice":        {"Owner", "Status", "Company", "Invoice"},
	"Member":         {"Owner", "Location", "SecurityRole", "Member"},
	"Opportunity":    {"Owner", "StatusId", "Company", "Opportunity"},
	"ProductCatalog": {"Owner"},
	"Project":        {"Owner", "Status", "Board", "Project"},
	"PurchaseOrder":  {"Owner", "Status", "Vendor", "Company", "PurchaseOrder"},
	"Schedule":       {"Owner", "Status", "Type", "Location", "Member", "Schedule"},
	"Ticket":         {"Owner", "Board", "Project", "Phase", "Status", "Ticket", "IntegratorTag"},
	"Time":           {"Owner", "Company", "Time"},
}

// CallbackLevels returns the levels at which a program can subscribe to changes of
// a type, nil when they are not known. Level Owner covers all records of the type.
// At every other level ObjectID names a record, such as a board or a company, and
// the callback covers the records that belong to it; level Ticket covers that one
// ticket. Upper and lower case do not matter.
func CallbackLevels(callbackType string) []string {
	for name, levels := range callbackLevels {
		if strings.EqualFold(name, callbackType) {
			return slices.Clone(levels)
		}
	}
	return nil
}

// CallbacksService is system/callbacks: the [Collection] of callbacks, which
// tell a URL about changes as they happen, and Ensure, which keeps the ones a
// program wants. The package callback receives them.
type CallbacksService struct {
	*Collection[Callback]
}

func newCallbacksService(c *Client) *CallbacksService {
	callbacks := NewCollection[Callback](c, "system/callbacks")
	callbacks.check = checkCallback
	return &CallbacksService{callbacks}
}

// checkCallback checks the members that servers require of a new callback.
func checkCallback(w writing, callback map[string]any) []FieldError {
	if w != creating {
		return nil
	}
	text := func(name string) string { s, _ := callback[name].(string); return s }
	typ, level := text("type"), text("level")
	var wrong []FieldError
	add := func(field, format string, args ...any) {
		wrong = append(wrong, FieldError{Code: "InvalidField", Resource: "callbackEntry", Field: field, Message: fmt.Sprintf(format, args...)})
	}
	if u, err := url.Parse(text("url")); err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" {
		add("url", "want an absolute URL")
	}
	if levels := CallbackLevels(typ); levels != nil && !slices.ContainsFunc(levels, func(l string) bool { return strings.EqualFold(l, level) }) {
		add("level", "%q is not a level of %s; want one of %s", level, typ, strings.Join(levels, ", "))
	}
	if typ == "" {
		add("type", "missing")
	}
	if id, _ := strconv.ParseInt(fmt.Sprint(callback["objectId"]), 10, 64); id < 0 || (id == 0 && !strings.EqualFold(level, "owner")) {
		add("objectId", "%d is not a record id; only level Owner needs none", id)
	}
	return wrong
}

// CallbackPlan is what [CallbacksService.Apply] will do.
type CallbackPlan struct {
	Create []*Callback
	Update []*Callback // with their new values
	Delete []*Callback
	Keep   []*Callback
}

// Changes reports whether the plan changes anything.
func (p *CallbackPlan) Changes() bool { return len(p.Create)+len(p.Update)+len(p.Delete) > 0 }

// String lists the plan, one callback on each line.
func (p *CallbackPlan) String() string {
	var b strings.Builder
	for _, part := range []struct {
		word      string
		callbacks []*Callback
	}{{"create", p.Create}, {"update", p.Update}, {"delete", p.Delete}, {"keep", p.Keep}} {
		for _, cb := range part.callbacks {
			fmt.Fprintf(&b, "%s %s %s %d %s", part.word, cb.Type, cb.Level, cb.ObjectID, cb.URL)
			if cb.ID != 0 {
				fmt.Fprintf(&b, " (%d)", cb.ID)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// Plan compares the wanted callbacks with those on the server. Two callbacks
// are the same when type, level, object and URL are equal. The plan creates
// missing callbacks. It updates callbacks that differ, or that the server has
// switched off after three days of failures. It deletes a callback that is not
// wanted if owned reports that it belongs to this program; if owned is nil it
// deletes none.
func (s *CallbacksService) Plan(ctx context.Context, wanted []Callback, owned func(*Callback) bool) (*CallbackPlan, error) {
	var wrong []FieldError
	for i := range wanted {
		_, bad := bodyOf(creating, s.typ, &wanted[i], nil, s.check)
		wrong = append(wrong, bad...)
	}
	if len(wrong) > 0 {
		return nil, request{method: "POST", path: s.path}.invalid(wrong)
	}
	have, err := s.All(ctx, nil)
	if err != nil {
		return nil, err
	}
	plan := &CallbackPlan{}
	taken := map[string]bool{}
	wants := map[string]*Callback{}
	for i := range wanted {
		wants[wanted[i].key()] = &wanted[i]
	}
	for _, cb := range have {
		want := wants[cb.key()]
		switch {
		case want == nil || taken[cb.key()]:
			if owned != nil && owned(cb) {
				plan.Delete = append(plan.Delete, cb)
			}
			continue
		case cb.InactiveFlag == want.InactiveFlag && cb.Description == want.Description && cb.IsSelfSuppressedFlag == want.IsSelfSuppressedFlag &&
			(want.PayloadVersion == "" || cb.PayloadVersion == want.PayloadVersion):
			plan.Keep = append(plan.Keep, cb)
		default:
			changed := *cb
			changed.InactiveFlag, changed.Description, changed.IsSelfSuppressedFlag = want.InactiveFlag, want.Description, want.IsSelfSuppressedFlag
			if want.PayloadVersion != "" {
				changed.PayloadVersion = want.PayloadVersion
			}
			plan.Update = append(plan.Update, &changed)
		}
		taken[cb.key()] = true
	}
	for i := range wanted {
		if key := wanted[i].key(); !taken[key] {
			taken[key] = true
			plan.Create = append(plan.Create, &wanted[i])
		}
	}
	return plan, nil
}

// Apply carries out a plan. A callback that somebody else has created or
// deleted in the meantime is not an error. Apply goes on after an error and
// returns all errors together. [ErrNoEndpoint] remains an error, also for a
// delete, because it says nothing about the callback.
func (s *CallbacksService) Apply(ctx context.Context, plan *CallbackPlan) error {
	var errs []error
	for _, cb := range plan.Create {
		if _, err := s.Create(ctx, cb, Set("objectId", cb.ObjectID)); err != nil && !errors.Is(err, ErrExists) {
			errs = append(errs, err)
		}
	}
	for _, cb := range plan.Update {
		_, err := s.Patch(ctx, cb.ID,
			Set("inactiveFlag", cb.InactiveFlag),
			Set("description", cb.Description),
			Set("isSelfSuppressedFlag", cb.IsSelfSuppressedFlag),
			Set("payloadVersion", cb.PayloadVersion))
		errs = append(errs, err)
	}
	for _, cb := range plan.Delete {
		if err := s.Delete(ctx, cb.ID); err != nil && !errors.Is(err, ErrNotFound) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Ensure makes a plan, carries it out, and returns it.
func (s *CallbacksService) Ensure(ctx context.Context, wanted []Callback, owned func(*Callback) bool) (*CallbackPlan, error) {
	plan, err := s.Plan(ctx, wanted, owned)
	if err != nil {
		return nil, err
	}
	return plan, s.Apply(ctx, plan)
}

// key identifies a callback. For level owner the server stores object 1 when 0
// was sent.
func (cb *Callback) key() string {
	object := cb.ObjectID
	if strings.EqualFold(cb.Level, "owner") {
		object = 0
	}
	return strings.ToLower(cb.Type+"|"+cb.Level) + "|" + itoa(object) + "|" + cb.URL
}
