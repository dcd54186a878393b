package desk

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"text/template"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

func sampleAction() reconcile.Action {
	now := time.Unix(0, 0)
	return reconcile.Action{
		Kind: reconcile.Create, Key: reconcile.Key{Feed: "source", Subject: "subject"}, Summary: "summary", Since: now,
		Issue: &reconcile.Issue{Key: reconcile.Key{Feed: "source", Subject: "subject"}, Customer: "1", Company: "1", Kind: "kind", Class: "class", Summary: "summary", State: "state", Detail: "detail", Since: now},
	}
}

func render(t *template.Template, a reconcile.Action) (string, error) {
	return text.Execute(t, t.Name(), a)
}

func (d *Desk) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	zone := d.config.Zone
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format(time.DateOnly)
}

func (d *Desk) setFields(t *connectwise.Ticket, a reconcile.Action, b *board, fields []ticketField) ([]LogField, error) {
	var log []LogField
	var left []error
	for _, f := range fields {
		if f.Board != "" && !sameName(f.Board, b.ref.Name) {
			continue
		}
		value, err := f.Value, error(nil)
		if f.template != nil {
			if value, err = render(f.template, a); err == nil && value == "" {
				continue
			}
		}
		if err == nil {
			err = f.set(t, b, value)
		}
		if err != nil {
			left = append(left, fmt.Errorf("desk: field %s is left out: %w", f.Path, err))
			continue
		}
		if f.ID != 0 {
			value = decimal(f.ID)
		}
		log = append(log, LogField{Name: f.Path, New: value})
	}
	return log, errors.Join(left...)
}

func (f *ticketField) set(t *connectwise.Ticket, b *board, value string) error {
	if f.custom.ID != 0 {
		v, err := customValue(f.custom, value)
		if err != nil {
			return err
		}
		t.CustomFields = append(t.CustomFields, connectwise.CustomField{ID: f.custom.ID, Value: v})
		return nil
	}
	target := reflect.ValueOf(t).Elem().FieldByIndex(f.member.index)
	switch p := target.Addr().Interface().(type) {
	case *connectwise.Ref:
		ref, err := f.ref(b, value)
		if err != nil {
			return err
		}
		*p = ref
	case *connectwise.Time:
		moment, err := readMoment(value)
		if err != nil {
			return err
		}
		*p = connectwise.At(moment)
	case *connectwise.Number:
		number := connectwise.Number(value)
		if _, err := number.Float64(); err != nil {
			return fmt.Errorf("%q is no number", value)
		}
		*p = number
	case *bool:
		flag, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", value)
		}
		*p = flag
	case *int64:
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is no whole number", value)
		}
		*p = n
	case *string:
		if n := len([]rune(value)); f.member.max > 0 && n > f.member.max {
			return fmt.Errorf("the text has %d characters, more than the %d the field holds", n, f.member.max)
		}
		if (f.Path == "impact" || f.Path == "severity") && !slices.Contains(levelNames, value) {
			return fmt.Errorf("%q is no %s; %s", value, f.Path, suggest(value, levelNames))
		}
		*p = value
	default:
		return errors.New("it cannot be written as text; use Prepare")
	}
	return nil
}

func (f *ticketField) ref(b *board, value string) (connectwise.Ref, error) {
	list, listed := f.lists[b.ref.ID]
	where := fmt.Sprintf("on board %q", b.ref.Name)
	if !listed {
		list, where = f.lists[0], "in the tenant"
	}
	names := make([]string, 0, len(list))
	for _, ref := range list {
		if f.ID != 0 && ref.ID == f.ID || f.ID == 0 && (sameName(ref.Name, value) || sameName(ref.Identifier, value)) {
			return connectwise.ByID(ref.ID), nil
		}
		names = append(names, ref.Name+ref.Identifier)
	}
	switch {
	case list != nil && f.ID != 0:
		return connectwise.Ref{}, fmt.Errorf("there is no id %d %s", f.ID, where)
	case list != nil:
		return connectwise.Ref{}, fmt.Errorf("there is no %q %s; %s", value, where, suggest(value, names))
	case f.ID != 0:
		return connectwise.ByID(f.ID), nil
	case slices.Contains([]string{"owner", "department", "country"}, f.Path):
		return connectwise.ByIdentifier(value), nil
	}
	return connectwise.ByName(value), nil
}

func customValue(f connectwise.UserDefinedField, text string) (any, error) {
	switch f.FieldTypeIdentifier {
	case "Number", "Percent", "Currency":
		number, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no number", text)
		}
		return number, nil
	case "Checkbox":
		flag, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("%q is neither true nor false", text)
		}
		return flag, nil
	case "Date":
		moment, err := readMoment(text)
		if err != nil {
			return nil, err
		}
		return connectwise.At(moment).Text(), nil
	case "Button":
		return nil, errors.New("a button holds no value")
	}
	return text, nil
}

func readMoment(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time; want 2006-01-02 or RFC 3339", text)
}
