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
// devices that the user of the credentials may see at and below the user's own
// partner.
type DeviceQuery struct {
	// PartnerID is the partner to start from; its whole subtree is included.
	// Zero means the partner that the user of the credentials belongs to.
	PartnerID int64
	// Where filters on the server. The zero value matches all devices.
	Where Filter
	// Columns are columns to ask for in addition to those of the struct. Their
	// values arrive in the struct's map tagged "rest".
	Columns []string
	// OrderBy is a list such as "AR ASC, AN DESC". The account id is added as
	// the last criterion, because paging needs an order without ties.
	OrderBy string
	// Exclude holds the ids of partners to leave out, with everything below
	// them.
	Exclude []int64
	// Mode says how a device with several installations is shown. Empty means
	// SelectMerged, one row for each device.
	Mode SelectionMode
	// At asks for the devices as they were at a moment in the past (API method
	// EnumerateAccountHistoryStatistics). Zero means now. For the past the API
	// refuses the legacy letters V, Z, P, Y, L and B.
	At time.Time
	// Totals are aggregate expressions over the filtered devices, such as
	// "COUNT(AT==1)" or "SUM(US)". Only [DevicesPage] returns them.
	Totals []string
	// PageSize is how many new devices a request asks for; zero means 5000.
	// Each request after the first asks for one more device, by which pages
	// overlap. A server may return fewer. Two pages are in memory at a time.
	PageSize int
}

// A SelectionMode says how the API groups installations into rows. The API's
// mode Count is left out: its answer holds no devices, and its form is not
// published.
type SelectionMode string

// The selection modes.
const (
	SelectMerged          SelectionMode = "Merged"          // one row for each device
	SelectPerInstallation SelectionMode = "PerInstallation" // one row an installation
)

// A ColumnError says that the value of a column could not be read.
type ColumnError struct {
	AccountID int64  // the device
	Column    string // the code, as asked for
	Value     string // what the API sent, cut to 200 characters
	Err       error  // why it could not be read
}

// Error names device, column and value.
func (e *ColumnError) Error() string {
	return fmt.Sprintf("cove: device %d, column %s, value %q: %v", e.AccountID, e.Column, text.Show(e.Value, 200), e.Err)
}

// Unwrap returns the cause.
func (e *ColumnError) Unwrap() error { return e.Err }

// defaultPageSize is the page size that known batch programs use.
const defaultPageSize = 5000

// Devices enumerates the devices of a query, over all pages. It fills structs
// of type T, whose tags say which columns to ask for; [Device] is such a
// struct.
//
// The sequence is lazy. When the caller asks for the second row of a page, the
// next page is fetched in the background; when the caller stops, that request
// is cancelled. Only an empty page ends the list, so no device is lost to a
// server that returns short pages. A device that moves from one page to another
// meanwhile is yielded once, and a page is read again when devices may have
// moved past it. Pages that repeat or never fit together end in [ErrMalformed]
// after a few requests. An error ends the sequence, with one exception below.
// Ranging over the sequence again sends the requests again.
//
// A column value that cannot be read ends the sequence with a [*ColumnError].
// If T has a field of type []ColumnError tagged "malformed", as Device has, the
// value is listed there instead, its own field is zero, and the sequence goes
// on.
//
// The API refuses a whole query (error 13501) when the user may not read one of
// its columns. Devices finds these columns by asking for fewer, and leaves them
// out. It does so once for all clients that share a visa. The fields of refused
// columns are zero, which says nothing about the device. If T has a field of
// type []string tagged "refused", as Device has, every row lists the columns
// there. Otherwise the sequence begins with a [*RefusedColumnsError] and a zero
// T. This is the one error that does not end the sequence: a caller who goes on
// gets all rows.
func Devices[T any](ctx context.Context, c *Client, q DeviceQuery) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		if q.Where.none && q.Where.err == nil {
			return
		}
		seen, told := make(map[int64]bool), false
		for _, part := range q.Where.split() {
			q := q // another iteration needs the whole
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
			told = told || p.decoder.refused != nil && p.why == nil
		}
	}
}

// AllDevices returns what [Devices] yields. With an error it returns the
// devices before the error; with a [*RefusedColumnsError] it returns all
// devices.
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
	// shape is not published. It is nil when nothing was asked for.
	Totals json.RawMessage
}

// DevicesPage returns one page of a query: at most q.PageSize devices,
// beginning at row start, counted from zero. Rows shift when devices come and
// go, and a server may return a short page; [Devices] takes care of both,
// DevicesPage does not. With a [*ColumnError] it returns the devices before the
// one that cannot be read, and with a [*RefusedColumnsError] the whole page.
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
	RecordsCount      int           `json:"RecordsCount"` // always sent: without it a server may answer one row
	OrderBy           string        `json:"OrderBy"`
	Columns           []string      `json:"Columns"`
	Totals            []string      `json:"Totals,omitempty"`
}

// request returns the API method and its parameters, with the start at zero.
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

// orderBy adds the account id to an order. In an order with ties, pages could
// repeat some devices and leave out others.
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
