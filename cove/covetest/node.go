package covetest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// reporting answers the storage node's service. A caller logs in with account
// name and token; answers hold no visa.
func (s *Server) reporting(_ *http.Request, e envelope) ([]byte, *failure) {
	r, f := s.runOnNode(e)
	if f != nil {
		return e.failure(f, ""), f
	}
	return e.success(r, ""), nil
}

func (s *Server) runOnNode(e envelope) (result, *failure) {
	m, f := s.method("/repserv_json", e.method)
	if f != nil {
		return result{}, f
	}
	c := &call{s: s, args: args{object: e.params}}
	if s.switches().NodeNeedsVisa {
		visa := e.visa
		if visa == "" {
			visa = c.textOr("visa", "")
		}
		if _, f := s.check(visa); f != nil {
			return result{}, f
		}
	}
	id, name, token := c.number("accountId"), c.text("account"), c.text("token")
	if c.fail != nil {
		return result{}, c.fail
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	d := s.deviceIndex[id]
	if d == nil || d.Name != name || d.Token != token || s.nodeHost(&d.Device) != s.NodeHost {
		return result{}, refuse("Account '%s' doesn't exist", name)
	}
	c.on = d
	return m.run(c)
}

// plugins holds the number and name of each source's plug-in.
var plugins = map[string]struct {
	number int
	name   string
}{
	"D01": {1, "FileSystem"}, "D02": {7, "VssSystemState"}, "D03": {10, "VssMsSql"}, "D04": {4, "VssExchange"},
	"D05": {5, "SharePointOnline"}, "D06": {6, "NetworkShares"}, "D07": {7, "VssSystemState"}, "D08": {8, "VMWare"},
	"D10": {10, "VssMsSql"}, "D11": {11, "VssSharePoint"}, "D12": {12, "Oracle"}, "D14": {14, "VssHyperV"}, "D15": {15, "MySql"},
	"D16": {16, "VirtualDisasterRecovery"}, "D17": {17, "BareMetalRestore"}, "D19": {19, "ExchangeOnline"}, "D20": {20, "OneDrive"},
	"D23": {23, "Teams"}, "K": {18, "LinuxSystemState"},
}

// plugin returns the number and name of a session's plug-in.
func (n *Session) plugin() (int, string) {
	p := plugins[n.Source]
	if n.Plugin == 0 || n.Plugin == p.number {
		return p.number, p.name
	}
	for _, other := range plugins {
		if other.number == n.Plugin {
			return other.number, other.name
		}
	}
	return n.Plugin, ""
}

var statusNames = []string{"Unknown", "InProcess", "Failed", "Aborted", "Unknown", "Completed", "Interrupted", "NotStarted",
	"CompletedWithErrors", "InProgressWithFaults", "OverQuota", "NoSelection", "Restarted"}

func (s *Server) statusName(status int) string {
	if status == 1 && s.switches().InProgressText {
		return "InProgress"
	}
	if status < 0 || status >= len(statusNames) {
		return "Unknown"
	}
	return statusNames[status]
}

// errorsCount is the number of errors that a session row shows; it may be
// wrong.
func (n *Session) errorsCount() int64 {
	if n.ErrorsCount != 0 {
		return max(n.ErrorsCount, 0)
	}
	sum := int64(0)
	for _, e := range n.Errors {
		sum += e.Count
	}
	return sum
}

func (n *Session) restore() bool { return strings.Contains(n.Type, "Restore") }

var flagBits = map[string]int{"Synchronized": 1, "Accelerated": 2}

// fields are the names that a session filter may use, with their values.
func (n *Session) fields() map[string]value {
	plugin, _ := n.plugin()
	kind, flags := 1, 0
	if n.restore() {
		kind = 2
	}
	for _, f := range n.Flags {
		flags |= flagBits[f]
	}
	ints := map[string]int64{
		"Id": n.ID, "Plugin": int64(plugin), "Status": int64(n.Status), "Type": int64(kind), "Flags": int64(flags),
		"StartTime": unix(n.Start), "EndTime": unix(n.End), "BackupStartTime": unix(n.Start), "BackupEndTime": unix(n.End),
		"ErrorsCount": n.errorsCount(), "SelectedSize": n.SelectedSize, "SelectedCount": n.SelectedCount,
		"ProcessedSize": n.ProcessedSize, "SentSize": n.SentSize, "ChangedSize": n.ChangedSize,
	}
	fields := make(map[string]value, len(ints))
	for name, i := range ints {
		fields[name] = number(float64(i))
	}
	return fields
}

func (s *Server) sessionRow(n *Session) map[string]any {
	_, plugin := n.plugin()
	flags := n.Flags
	if flags == nil {
		flags = []string{}
	}
	return map[string]any{
		"Id": n.ID, "PluginId": plugin, "Type": n.Type, "Status": s.statusName(n.Status),
		"StartTime": unix(n.Start), "EndTime": unix(n.End), "BackupStartTime": unix(n.Start), "BackupEndTime": unix(n.End),
		"ErrorsCount": n.errorsCount(), "Flags": flags, "SelectedSize": n.SelectedSize, "ProcessedSize": n.ProcessedSize,
		"ChangedSize": n.ChangedSize, "SentSize": n.SentSize, "SelectedCount": n.SelectedCount, "ProcessedCount": n.ProcessedCount,
		"ChangedCount": n.ChangedCount, "RemovedFilesCount": n.RemovedCount, "BuildVersion": n.Version, "TransientValues": map[string]any{},
	}
}

// record is a row of the node's tables: the fields that a filter may use, and
// the members that are sent.
type record struct {
	fields map[string]value
	row    any
}

// find filters, sorts and cuts records by the parameters query, orderBy and
// range. A filter may use the given names.
func (c *call) find(names []string, all []record) (result, *failure) {
	filter, order := c.textOr("query", ""), c.textOr("orderBy", "")
	offset, size := c.window()
	if c.fail != nil {
		return result{}, c.fail
	}
	d := dialect{
		now: c.s.now(), quotes: c.s.switches().Quotes, ignoreCase: c.s.switches().ignoresCase(), bits: true,
		resolve: func(name string) (expr, error) {
			if !slices.Contains(names, name) {
				return nil, fmt.Errorf("unknown field %s", name)
			}
			return func(v *view) value { return v.fields[name] }, nil
		},
	}
	keep := expr(func(*view) value { return boolean(true) })
	if strings.TrimSpace(filter) != "" {
		var err error
		if keep, err = d.parse(filter); err != nil {
			return result{}, refuse("Query is not valid: %s", err)
		}
	}
	keys, err := parseOrder(order, d.resolve)
	if err != nil {
		return result{}, refuse("OrderBy is not valid: %s", err)
	}
	var rows []view
	for _, r := range all {
		v := view{fields: r.fields, sent: r.row}
		if keep(&v).holds() {
			rows = append(rows, v)
		}
	}
	sortRows(rows, keys)
	list := []any{}
	for _, v := range cut(rows, offset, size) {
		list = append(list, v.sent)
	}
	return result{value: list}, nil
}

var sessionNames = []string{"Id", "Plugin", "Status", "Type", "Flags", "StartTime", "EndTime", "BackupStartTime", "BackupEndTime",
	"ErrorsCount", "SelectedSize", "SelectedCount", "ProcessedSize", "SentSize", "ChangedSize"}

func querySessions(c *call, e *entry) (result, *failure) {
	var all []record
	for _, n := range c.s.sessions[e.ID] {
		all = append(all, record{n.fields(), c.s.sessionRow(n)})
	}
	return c.find(sessionNames, all)
}

// queryErrors lists the errors of one session, or of all with sessionId 0.
func queryErrors(c *call, e *entry) (result, *failure) {
	session := c.number("sessionId")
	group := c.numberOr("groupId", 0)
	if c.fail != nil {
		return result{}, c.fail
	}
	var all []record
	for _, n := range c.s.sessions[e.ID] {
		for _, x := range n.Errors {
			if session != 0 && n.ID != session || group != 0 && x.ID != group {
				continue
			}
			all = append(all, record{
				map[string]value{"Id": number(float64(x.ID)), "Time": number(float64(unix(x.Time))), "SessionId": number(float64(n.ID)),
					"Count": number(float64(x.Count)), "Code": number(float64(x.Code)), "Filename": text(x.Filename), "Text": text(x.Text)},
				map[string]any{"Id": x.ID, "SessionId": n.ID, "Code": x.Code, "Text": x.Text, "Filename": x.Filename, "Count": x.Count, "Time": unix(x.Time)},
			})
		}
	}
	return c.find([]string{"Id", "Time", "SessionId", "Count", "Code", "Filename", "Text"}, all)
}

// errorGroupDetails lists the files of one error group.
func errorGroupDetails(c *call, e *entry) (result, *failure) {
	session, group := c.numberOr("sessionId", 0), c.number("groupId")
	if c.fail != nil {
		return result{}, c.fail
	}
	var all []record
	for _, n := range c.s.sessions[e.ID] {
		plugin, _ := n.plugin()
		for _, x := range n.Errors {
			if x.ID != group || session != 0 && n.ID != session {
				continue
			}
			files := x.Files
			if files == nil {
				files = []string{x.Filename}
			}
			for _, file := range files {
				row := map[string]any{"ErrorText": x.Text, "Plugin": plugin, "GroupId": x.ID, "NodeId": x.NodeID, "Time": unix(x.Time)}
				if c.s.switches().GroupDetails != DetailsFilename {
					row["Path"] = file
				}
				if c.s.switches().GroupDetails != DetailsPath {
					row["Filename"] = file
				}
				all = append(all, record{map[string]value{"Time": number(float64(unix(x.Time))), "SessionId": number(float64(n.ID)),
					"Filename": text(file), "Text": text(x.Text)}, row})
			}
		}
	}
	return c.find([]string{"Time", "SessionId", "Filename", "Text"}, all)
}
