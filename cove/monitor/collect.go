package monitor

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/text"
)

// Collect reads the customers and all devices below the rules' root partner and
// judges every device at the given time. It makes two calls for the customers,
// however many there are, and one for every page of devices. Systems and
// Microsoft 365 come in the same pages. It uses no filter of the server,
// because the server's filters look at all sources at once.
//
// With [Rules].Ignore it also reads the errors of sessions that completed with
// errors, with at most two calls for a device. A [Monitor] reads them only once
// for each session.
//
// It fails when the rules are wrong, when the customers cannot be read, or when
// not one device can be read: an unreadable answer is not an empty one. When
// the list of devices breaks off later, the fleet holds what was read and is
// marked Partial, with the error among its Faults. Columns that this user may
// not read are among the Faults, and every device whose verdict needs them is
// suppressed.
func Collect(ctx context.Context, c *cove.Client, rules Rules, at time.Time) (*Fleet, error) {
	return collect(ctx, c, rules, at, nil)
}

func collect(ctx context.Context, c *cove.Client, rules Rules, at time.Time, before []byte) (*Fleet, error) {
	if err := rules.Validate(); err != nil {
		return nil, err
	}
	partners, err := c.Partners(ctx, rules.PartnerID)
	if err != nil {
		return nil, fmt.Errorf("monitor: read the customers: %w", err)
	}
	root := rules.PartnerID
	if root == 0 && len(partners) > 0 {
		root = partners[0].ID
	}
	var devices []*cove.Device
	var fault error
	for d, err := range cove.Devices[cove.Device](ctx, c, cove.DeviceQuery{PartnerID: root, Columns: rules.columns()}) {
		if err != nil {
			fault = fmt.Errorf("monitor: read the devices: %w", err)
			break
		}
		devices = append(devices, &d)
	}
	if fault != nil && (len(devices) == 0 || ctx.Err() != nil) {
		return nil, fault
	}
	f := Judge(devices, cove.NewTree(partners), rules, at)
	f.reader.client = c
	f.everyone = endCustomers(partners)
	if fault != nil {
		f.Partial = true
		f.Faults = append(f.Faults, fault)
	}
	if refused := f.refused(); refused != "" {
		f.Faults = append(f.Faults, fmt.Errorf("monitor: %s: %w", refused, cove.ErrForbidden))
	}
	var known memory
	_ = json.Unmarshal(before, &known) // a memory that cannot be read is built anew
	f.wait(known)
	if len(rules.Ignore) == 0 {
		return f, nil
	}
	f.memory.Rules = text.Hash(16, fmt.Sprint(rules.Ignore))
	f.ignore(ctx, known)
	f.count()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("monitor: read the session errors: %w", err)
	}
	return f, nil
}

// refused names the columns that this user may not read and that some verdict
// needs; "" for none.
func (f *Fleet) refused() string {
	var codes []string
	for v := range f.each() {
		j := judgeOf(v, &f.rules, f.At)
		for _, code := range v.Device.Refused {
			if s, needed := j.needs(code); needed && !slices.Contains(codes, code) && (s == 0 || s == cove.SourceTotal || v.Device.Sources.Has(s)) {
				codes = append(codes, code)
			}
		}
	}
	return where(codes != nil, "this Cove user may not read the columns "+strings.Join(codes, ", ")+", and what needs them is suppressed; give the user the right to them")
}
