package monitor

import (
	"context"
	"fmt"
	"time"

	"github.com/covedesk/covedesk/cove"
)

// Collect reads the customers and all devices below the root partner of the
// rules and judges every device at the given time. It makes two calls for the
// customers, however many there are, and one for every page of devices;
// systems and Microsoft 365 come together, and nothing is filtered by the
// server, whose filters look at all sources at once.
//
// With [Rules].Ignore the errors of sessions that completed with errors are
// read as well, with at most three calls for a device.
//
// Wrong rules, and customers that could not be read, are an error. When the
// devices end in an error part of the way, the fleet holds what was read and
// is marked Partial, with the error among its Faults; when not one device was
// read the error is returned, since an unreadable answer is not an empty one.
func Collect(ctx context.Context, c *cove.Client, rules Rules, at time.Time) (*Fleet, error) {
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
		if len(d.Refused) > 0 { // a zero there would be judged like a value
			fault = fmt.Errorf("monitor: read the devices: %w", &cove.RefusedColumnsError{Columns: d.Refused, Err: cove.ErrForbidden})
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
	if len(rules.Ignore) > 0 {
		f.ignore(ctx)
		f.count()
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("monitor: read the session errors: %w", err)
		}
	}
	return f, nil
}
