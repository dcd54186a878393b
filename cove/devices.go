package cove

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// A DeviceQuery says which devices to enumerate. The zero value means all
// devices that the user of the credentials may see below his own partner.
type DeviceQuery struct {
	// PartnerID is the partner to start from; its whole subtree is included.
	// Zero means the partner that the user of the credentials belongs to.
	PartnerID int64
	// Where filters on the server; the zero value chooses all.
	Where Filter
	// Columns are asked for beyond those of the struct; their values arrive in
	// its map tagged "rest".
	Columns []string
	// OrderBy is a list such as "AR ASC, AN DESC". The account id is always
	// the last criterion, because paging needs an order without ties.
	OrderBy string
	// Exclude leaves out partners with everything below them.
	Exclude []int64
	// Mode is how devices with several installations are shown; zero means
	// Merged, one row for each device.
	Mode SelectionMode
	// At asks for the devices as they were at that moment (API method
	// EnumerateAccountHistoryStatistics); zero means now. The API refuses the
	// legacy letters V, Z, P, Y, L and B there.
	At time.Time
	// Totals are aggregate expressions over the filtered devices, such as
	// "COUNT(AT==1)" or "SUM(US)"; see [DevicesPage].
	Totals []string
	// PageSize is the number of devices asked for at once; zero means 5000.
	PageSize int
}

// A SelectionMode is how the API groups installations into rows.
type SelectionMode string

// The selection modes.
const (
	SelectMerged          SelectionMode = "Merged"
	SelectPerInstallation SelectionMode = "PerInstallation"
	SelectCount           SelectionMode = "Count"
)

// A ColumnError says that the value of a column could not be read.
type ColumnError struct {
	AccountID int64  // the device
	Column    string // the code, as asked for
	Value     string // what the API sent, cut to a readable length
	Err       error  // why it could not be read
}

// Error names device, column and value.
func (e *ColumnError) Error() string {
	return fmt.Sprintf("cove: device %d, column %s, value %q: %v", e.AccountID, e.Column, e.Value, e.Err)
}

// Unwrap returns the cause.
func (e *ColumnError) Unwrap() error { return e.Err }

// Devices enumerates the devices of a query, all pages, into structs of type T
// whose tags say which columns they want; [Device] is such a struct.
func Devices[T any](ctx context.Context, c *Client, q DeviceQuery) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		yield(zero, fmt.Errorf("%w: no decoder", ErrMalformed))
	}
}
