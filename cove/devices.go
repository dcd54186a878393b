package cove

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// A DeviceQuery says which devices to enumerate. The zero value means all
// devices that the user of the credentials may see below the own partner.
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
	// "COUNT(AT==1)" or "SUM(US)". Only [DevicesPage] returns them.
	Totals []string
	// PageSize is the number of devices asked for at once, beside the one that
	// pages overlap by; zero means 5000. A server may give fewer. Two pages are
	// in memory at a time.
	PageSize int
}

// A SelectionMode is how the API groups installations into rows. The API's
// mode Count is not among them: its answer holds no devices, in a form that is
// not published.
type SelectionMode string

// The selection modes.
const (
	SelectMerged          SelectionMode = "Merged"          // one row a device
	SelectPerInstallation SelectionMode = "PerInstallation" // one row an installation
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
	return fmt.Sprintf("cove: device %d, column %s, value %q: %v", e.AccountID, e.Column, text.Show(e.Value, 200), e.Err)
}

// Unwrap returns the cause.
func (e *ColumnError) Unwrap() error { return e.Err }

// defaultPageSize is what batch programs in the field use.
const defaultPageSize = 5000

// Devices enumerates the devices of a query, all pages, into structs of type T
// whose tags say which columns they want; [Device] is such a struct.
//
// The sequence is lazy. While the caller looks at one page the next is being
// fetched, at most one, begun at a page's second row; when the caller stops,
// so does that request. The list ends with an empty page and not before, so
// that a server which cuts its pages costs no device. A device that moves from
// one page to the next while they are read is yielded once, and pages are read
// again when others may have moved past them; pages that do not settle, or that
// repeat, end in [ErrMalformed] after a few requests. An error ends the
// sequence, with one exception below. It can be ranged over again, which
// enumerates anew.
//
// The value of a column that cannot be read ends the sequence with a
// [*ColumnError], unless T has a field Malformed of type []ColumnError tagged
// "malformed": there such values are listed, their fields are zero, and the
// sequence goes on.
//
// Columns that this user may not read (error 13501) are found by asking for
// fewer, once for all clients that share a visa, and left out; their fields are
// zero, which must not be taken for a value. Where T has a field of type
// []string tagged "refused", as Device has, every row lists them there. Where
// it has none the sequence begins with a [*RefusedColumnsError] beside a zero T,
// and this one error does not end it: whoever goes on gets all rows.
func Devices[T any](ctx context.Context, c *Client, q DeviceQuery) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		if q.Where.none && q.Where.err == nil {
			return
		}
		seen, told := make(map[int64]bool), false
		for _, part := range q.Where.split() {
			q.Where = part
			p, err := newPager[T](ctx, c, q)
			if err != nil {
				yield(zero, err)
				return
			}
			if p.cursor.seen != nil {
				p.cursor.seen = seen
			}
			if told {
				p.why = nil
			}
			if !p.run(yield) {
				return
			}
			told = told || p.decoder.refused != nil
		}
	}
}

// AllDevices returns what [Devices] yields. Beside an error it returns the
// devices before it, and beside a [*RefusedColumnsError] all of them.
func AllDevices[T any](ctx context.Context, c *Client, q DeviceQuery) ([]T, error) {
	var all []T
	var refused error
	for d, err := range Devices[T](ctx, c, q) {
		switch bad := (*RefusedColumnsError)(nil); {
		case errors.As(err, &bad):
			refused = err
		case err != nil:
			return all, err
		default:
			all = append(all, d)
		}
	}
	return all, refused
}

// A DevicePage is one page of a query.
type DevicePage[T any] struct {
	Devices []T
	// Totals holds what DeviceQuery.Totals asked for, as the API sends it; its
	// shape is not published. It is nil without.
	Totals json.RawMessage
}

// DevicesPage returns one page of a query: at most q.PageSize devices from the
// given row on, counted from zero. Rows shift when devices come and go, and a
// server may give fewer than it has; [Devices] minds both, this function does
// not. What it returns beside a [*ColumnError] is the devices before the one
// that cannot be read, and beside a [*RefusedColumnsError] all of the page.
func DevicesPage[T any](ctx context.Context, c *Client, q DeviceQuery, start int) (*DevicePage[T], error) {
	if start < 0 {
		return nil, fmt.Errorf("cove: a page from row %d on: %w", start, ErrInvalid)
	}
	if q.Where.none && q.Where.err == nil {
		return &DevicePage[T]{}, nil
	}
	p, err := newPager[T](ctx, c, q)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	got, err := p.fetch(start, 0, nil)
	if err != nil {
		return nil, err
	}
	if string(got.totals) == "null" {
		got.totals = nil
	}
	return &DevicePage[T]{Devices: got.rows, Totals: got.totals}, errors.Join(p.untold(), got.err)
}

// statisticsQuery is the API struct AccountStatisticsQuery.
type statisticsQuery struct {
	PartnerID         int64         `json:"PartnerId"`
	Filter            string        `json:"Filter,omitempty"`
	ExcludedPartners  []int64       `json:"ExcludedPartners,omitempty"`
	SelectionMode     SelectionMode `json:"SelectionMode"`
	StartRecordNumber int           `json:"StartRecordNumber"`
	RecordsCount      int           `json:"RecordsCount"` // left out, servers may answer one row
	OrderBy           string        `json:"OrderBy"`
	Columns           []string      `json:"Columns"`
	Totals            []string      `json:"Totals,omitempty"`
}

// request returns the method and its parameters, the start left at zero.
func (q *DeviceQuery) request(ctx context.Context, c *Client, columns []string) (string, statisticsParams, error) {
	var params statisticsParams
	if q.Where.err != nil {
		return "", params, q.Where.err
	}
	if q.PageSize < 0 {
		return "", params, fmt.Errorf("cove: a page of %d devices: %w", q.PageSize, ErrInvalid)
	}
	if q.Mode != "" && q.Mode != SelectMerged && q.Mode != SelectPerInstallation {
		return "", params, fmt.Errorf("cove: there is no selection mode %q of devices: %w", q.Mode, ErrInvalid)
	}
	params.Query = statisticsQuery{
		PartnerID: q.PartnerID, Filter: q.Where.text, ExcludedPartners: q.Exclude, SelectionMode: q.Mode,
		RecordsCount: q.PageSize, OrderBy: orderBy(q.OrderBy), Columns: columns, Totals: q.Totals,
	}
	if params.Query.RecordsCount == 0 {
		params.Query.RecordsCount = defaultPageSize
	}
	if params.Query.SelectionMode == "" {
		params.Query.SelectionMode = SelectMerged
	}
	var err error
	if params.Query.PartnerID, err = c.orHome(ctx, q.PartnerID); err != nil {
		return "", params, err
	}
	method := "EnumerateAccountStatistics"
	if !q.At.IsZero() {
		method = "EnumerateAccountHistoryStatistics"
		params.TimeSlice, params.TotalStatistics = q.At.Unix(), "*"
	}
	return method, params, nil
}

type statisticsParams struct {
	Query           statisticsQuery `json:"query"`
	TimeSlice       int64           `json:"timeslice,omitempty"`
	TotalStatistics string          `json:"totalStatistics,omitempty"`
}

// orderBy makes an order complete: without a last criterion that differs for
// every device, pages could repeat some and leave out others.
func orderBy(order string) string {
	if strings.TrimSpace(order) == "" {
		return "AU ASC"
	}
	for criterion := range strings.SplitSeq(order, ",") {
		if code, _, _ := strings.Cut(strings.TrimSpace(criterion), " "); code == "AU" || code == "I0" {
			return order
		}
	}
	return order + ", AU ASC"
}
