package cove

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

// plugins are the Reporting Service's names and numbers of data sources. Where
// two sources share a name or number, a session counts for the first, unless
// the query names the second.
var plugins = []struct {
	source  DataSource
	numbers []int
	names   string
}{
	{SourceFilesAndFolders, []int{1}, "FileSystem"},
	{SourceExchange, []int{4}, "VssExchange"},
	{SourceSharePoint, []int{5, 11}, "VssSharePoint"},
	{SourceM365SharePoint, []int{5}, "SharePointOnline"},
	{SourceNetworkShares, []int{6}, "NetworkShares"},
	{SourceSystemState, []int{7, 18}, "VssSystemState SystemState LinuxSystemState"},
	{SourceVSSSystemState, []int{7}, ""},
	{SourceVMware, []int{8}, "VMWare"},
	{SourceMSSQL, []int{10}, "VssMsSql VssSql"},
	{SourceOracle, []int{12}, "Oracle"},
	{SourceHyperV, []int{14}, "VssHyperV"},
	{SourceMySQL, []int{15}, "MySql"},
	{SourceVirtualRecovery, []int{16}, ""},
	{SourceM365Exchange, []int{19}, "ExchangeOnline"},
	{SourceM365OneDrive, []int{20}, "OneDrive"},
	{SourceM365Teams, []int{23}, "Teams"},
}

// pluginNumbers returns the numbers of a source.
func pluginNumbers(s DataSource) []int {
	for _, p := range plugins {
		if p.source == s {
			return p.numbers
		}
	}
	return nil
}

// sourceOfPlugin returns the source of a plug-in, given its name or its number
// as text.
func sourceOfPlugin(name string) DataSource {
	number, err := strconv.Atoi(name)
	for _, p := range plugins {
		if err == nil && slices.Contains(p.numbers, number) || err != nil && slices.Contains(strings.Fields(p.names), name) {
			return p.source
		}
	}
	return 0
}

// anyText is a member that some nodes send as text and others as a number.
type anyText string

// UnmarshalJSON takes a string or a number.
func (t *anyText) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = anyText(s)
		return nil
	}
	*t = anyText(data)
	return nil
}

type sessionWire struct {
	ID                int64    `json:"Id"`
	PluginID          anyText  `json:"PluginId"`
	Type              anyText  `json:"Type"`
	Status            anyText  `json:"Status"`
	StartTime         unixTime `json:"StartTime"`
	EndTime           unixTime `json:"EndTime"`
	BackupStartTime   unixTime `json:"BackupStartTime"`
	ErrorsCount       int64    `json:"ErrorsCount"`
	Flags             []string `json:"Flags"`
	SelectedSize      Bytes    `json:"SelectedSize"`
	ProcessedSize     Bytes    `json:"ProcessedSize"`
	ChangedSize       Bytes    `json:"ChangedSize"`
	SentSize          Bytes    `json:"SentSize"`
	SelectedCount     int64    `json:"SelectedCount"`
	ProcessedCount    int64    `json:"ProcessedCount"`
	ChangedCount      int64    `json:"ChangedCount"`
	RemovedFilesCount int64    `json:"RemovedFilesCount"`
	BuildVersion      string   `json:"BuildVersion"`
	DataSource        string   `json:"DataSource"` // Microsoft 365 only; may be missing
	DataSourceType    string   `json:"DataSourceType"`
}

func (w *sessionWire) valid() bool { return w.ID != 0 }

func (w *sessionWire) session() Session {
	s := Session{
		ID: w.ID, Source: sourceOfPlugin(string(w.PluginID)), Type: string(w.Type), Start: w.BackupStartTime.Time, End: w.EndTime.Time,
		Errors: w.ErrorsCount, SelectedSize: w.SelectedSize, ProcessedSize: w.ProcessedSize, ChangedSize: w.ChangedSize, SentSize: w.SentSize,
		SelectedCount: w.SelectedCount, ProcessedCount: w.ProcessedCount, ChangedCount: w.ChangedCount, RemovedCount: w.RemovedFilesCount,
		Flags: w.Flags, Version: w.BuildVersion,
	}
	if s.Start.IsZero() {
		s.Start = w.StartTime.Time
	}
	if s.Status.UnmarshalText([]byte(w.Status)) != nil {
		s.Status = StatusUnknown // a status name that is not known yet must not lose the session
	}
	return s
}

// sessionPageSize is the largest range that other clients are known to ask for.
const sessionPageSize = 500

// systemSessions yields the sessions of a system from its storage node, newest
// first.
func (c *Client) systemSessions(ctx context.Context, a *Account, q *SessionQuery) iter.Seq2[Session, error] {
	conditions, err := sessionConditions(q)
	if err != nil {
		return failing[Session](err)
	}
	size := sessionPageSize
	if q.Limit > 0 && q.Limit < size {
		size = q.Limit
	}
	return enumerate("QuerySessions", size, q.Limit > 0, (*Session).id, func(r listRange) ([]Session, int, error) {
		answer := rows[sessionWire]{most: r.Size}
		err := c.askNode(ctx, a, "QuerySessions", nodeParams{Query: conditions, OrderBy: "BackupStartTime DESC", Range: r}, &answer)
		return each(answer.list, func(w *sessionWire) Session {
			s := w.session()
			for _, number := range pluginNumbers(q.Source) { // some sources share a number
				if s.Source == sourceOfPlugin(strconv.Itoa(number)) {
					s.Source = q.Source
				}
			}
			return s
		}), 0, err
	})
}

// sessionConditions writes a query in the filter language of storage nodes.
func sessionConditions(q *SessionQuery) (string, error) {
	conditions := []string{"0 != 1"} // always true; no known client sends an empty query
	if q.Source != 0 {
		numbers := pluginNumbers(q.Source)
		if numbers == nil {
			return "", fmt.Errorf("cove: sessions of %s cannot be queried: %w", q.Source.Name(), ErrInvalid)
		}
		conditions = append(conditions, anyOf("Plugin == ", " or ", numbers))
	}
	if len(q.Statuses) > 0 {
		conditions = append(conditions, anyOf("Status == ", " or ", q.Statuses))
	}
	if len(q.Without) > 0 {
		conditions = append(conditions, anyOf("Status != ", " and ", q.Without))
	}
	conditions = append(conditions, between("BackupStartTime", q.Since, q.Until)...)
	return strings.Join(conditions, " and "), nil
}

// between returns the conditions that bound a time; a zero time is not a bound.
func between(field string, since, until time.Time) (conditions []string) {
	if !since.IsZero() {
		conditions = append(conditions, field+" >= "+strconv.FormatInt(since.Unix(), 10))
	}
	if !until.IsZero() {
		conditions = append(conditions, field+" <= "+strconv.FormatInt(until.Unix(), 10))
	}
	return conditions
}

// anyOf writes one comparison for each number and joins them.
func anyOf[N int | SessionStatus](comparison, join string, numbers []N) string {
	parts := make([]string, len(numbers))
	for i, n := range numbers {
		parts[i] = comparison + strconv.Itoa(int(n))
	}
	return "(" + strings.Join(parts, join) + ")"
}

type errorWire struct {
	ID        int64    `json:"Id"`
	SessionID int64    `json:"SessionId"`
	Code      int64    `json:"Code"`
	Text      string   `json:"Text"`
	Filename  string   `json:"Filename"`
	Count     int64    `json:"Count"`
	Time      unixTime `json:"Time"`
}

func (w *errorWire) valid() bool { return w.ID != 0 }

// systemErrors returns the errors of a system from its storage node.
func (c *Client) systemErrors(ctx context.Context, a *Account, q *SessionErrorQuery) ([]SessionError, error) {
	conditions := []string{"0 != 1"}
	if q.SessionID != 0 {
		conditions = append(conditions, "SessionId == "+strconv.FormatInt(q.SessionID, 10))
	}
	conditions = append(conditions, between("Time", q.Since, q.Until)...)
	params := nodeParams{SessionID: &q.SessionID, GroupID: new(int64), Query: strings.Join(conditions, " and "), OrderBy: "Time DESC"}
	ofSource := q.Source != 0 && q.SessionID == 0
	size, limit := sessionPageSize, q.Limit
	if ofSource {
		limit = 0 // an error does not name its source, so errors of other sources come too
	}
	if limit > 0 && limit < size {
		size = limit
	}
	var all []SessionError
	for e, err := range enumerate("QueryErrors", size, limit > 0, (*SessionError).id, func(r listRange) ([]SessionError, int, error) {
		answer := rows[errorWire]{most: r.Size}
		params.Range = r
		err := c.askNode(ctx, a, "QueryErrors", params, &answer)
		return each(answer.list, func(w *errorWire) SessionError {
			return SessionError{
				ID: w.ID, SessionID: w.SessionID, Source: q.Source, Code: w.Code, Text: cleanMessage(w.Text), Item: w.Filename,
				Count: max(w.Count, 1), Time: w.Time.Time,
			}
		}), 0, err
	}) {
		if err != nil {
			return nil, err
		}
		if q.SessionID == 0 || e.SessionID == q.SessionID {
			all = append(all, e)
		}
		if limit > 0 && len(all) >= limit {
			break
		}
	}
	if !ofSource {
		return all, nil
	}
	return c.ofSource(ctx, a, all, q.Source)
}

// ofSource keeps the errors whose session belongs to a source. It reads the
// source's sessions, newest first, back to the oldest session that an error
// names. It compares ids, which rise, because a session can be older than the
// bound of its error's time.
func (c *Client) ofSource(ctx context.Context, a *Account, all []SessionError, s DataSource) ([]SessionError, error) {
	if len(all) == 0 {
		return nil, nil
	}
	oldest := all[0].SessionID
	for i := range all {
		oldest = min(oldest, all[i].SessionID)
	}
	of := make(map[int64]bool)
	for session, err := range c.systemSessions(ctx, a, &SessionQuery{Source: s}) {
		if err != nil {
			return nil, err
		}
		of[session.ID] = session.Source == s
		if session.ID < oldest {
			break
		}
	}
	return slices.DeleteFunc(all, func(e SessionError) bool { return !of[e.SessionID] }), nil
}

// errorFiles lists the items of a group of errors.
func (c *Client) errorFiles(ctx context.Context, a *Account, e *SessionError) ([]string, error) {
	answer := rows[struct {
		Path     string `json:"Path"`
		Filename string `json:"Filename"` // some nodes use this name
	}]{most: sessionPageSize}
	err := c.askNode(ctx, a, "EnumerateSessionErrorsGroupDetails", nodeParams{
		SessionID: &e.SessionID, GroupID: &e.ID, Query: "0 != 1", OrderBy: "Time DESC", Range: listRange{0, sessionPageSize},
	}, &answer)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, r := range answer.list {
		if r.Path == "" {
			r.Path = r.Filename
		}
		if r.Path != "" {
			files = append(files, r.Path)
		}
	}
	return files, nil
}
