package covetest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The Microsoft 365 data sources by their names.
var cloudSources = map[string]string{"Exchange": "D19", "OneDrive": "D20", "SharePoint": "D05", "Teams": "D23"}

func cloudName(source string) string {
	for name, code := range cloudSources {
		if code == source {
			return name
		}
	}
	return ""
}

// cloud answers /reporting_api or /management_api. The visa comes as a bearer
// token; the device is given by its token in the parameters.
func (s *Server) cloud(path string) service {
	return func(r *http.Request, e envelope) ([]byte, *failure) {
		out, f := s.runCloud(path, r, e)
		if f != nil {
			return e.failure(f, ""), f
		}
		return e.success(out, ""), nil
	}
}

func (s *Server) runCloud(path string, r *http.Request, e envelope) (result, *failure) {
	m, f := s.method(path, e.method)
	if f != nil {
		return result{}, f
	}
	p, f := s.check(bearer(r))
	if f != nil {
		return result{}, f
	}
	c := &call{s: s, user: p.user, args: args{object: e.params}}
	token := c.text("accountToken")
	if c.fail != nil {
		return result{}, c.fail
	}
	onDevice := func(c *call) (result, *failure) {
		d := s.byToken(token)
		switch {
		case d == nil:
			return result{}, refuse("Account with this token doesn't exist")
		case !s.within(p.user.PartnerID, d.PartnerID):
			return result{}, forbidden()
		case d.AccountType != 2:
			return result{}, refuse("Account '%s' is not a Microsoft 365 account", d.Name)
		}
		c.on = d
		return m.run(c)
	}
	return s.run(method{access: m.access, run: onDevice}, c)
}

// bearer returns the visa from the Authorization header, or from the cookie,
// where older clients send it.
func bearer(r *http.Request) string {
	if visa, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return visa
	}
	if cookie, err := r.Cookie("visa"); err == nil {
		return cookie.Value
	}
	return ""
}

// sourceNames reads a list of data source names; none means all.
func (a *args) sourceNames(name string) []string {
	list := a.texts(name)
	for _, source := range list {
		if cloudSources[source] == "" {
			a.refuse("Unknown data source '%s'", source)
		}
	}
	return list
}

func (n *Session) cloudType() string {
	if n.restore() {
		return "Restore"
	}
	return "Backup"
}

// cloudSessions lists sessions, newest first. The service has no status filter.
func cloudSessions(c *call, e *entry) (result, *failure) {
	f := c.subOr("filter")
	types, sources := f.texts("SessionTypes"), f.sourceNames("DataSources")
	after, before := f.numberOr("CreatedAfter", 0), f.numberOr("CreatedBefore", 1<<62)
	last := f.flag("OnlyLastSessions")
	offset, size := c.window()
	if c.fail == nil {
		c.fail = f.fail
	}
	if c.fail != nil {
		return result{}, c.fail
	}
	var found []*Session
	for _, n := range c.s.sessions[e.ID] {
		source, start := cloudName(n.Source), unix(n.Start)
		if source == "" || len(types) > 0 && !slices.Contains(types, n.cloudType()) ||
			len(sources) > 0 && !slices.Contains(sources, source) || start < after || start > before {
			continue
		}
		found = append(found, n)
	}
	slices.SortStableFunc(found, func(a, b *Session) int { return b.Start.Compare(a.Start) })
	if last {
		seen := map[string]bool{}
		found = slices.DeleteFunc(found, func(n *Session) bool {
			again := seen[n.Source]
			seen[n.Source] = true
			return again
		})
	}
	list := []any{}
	for _, n := range cut(found, offset, size) {
		list = append(list, c.s.cloudRow(n))
	}
	return result{value: list}, nil
}

func (s *Server) cloudRow(n *Session) map[string]any {
	source, kind := "DataSourceType", "Type"
	if s.switches().SessionsByDataSource {
		source, kind = "DataSource", "SessionType"
	}
	duration := int64(0)
	if !n.End.IsZero() {
		duration = int64(n.End.Sub(n.Start) / time.Second)
	}
	return map[string]any{
		"Id": n.ID, "Status": s.statusName(n.Status), "StartTime": unix(n.Start), "EndTime": unix(n.End), "Duration": duration,
		"ErrorsCount": n.errorsCount(), kind: n.cloudType(), source: cloudName(n.Source),
		"AccountsCount": n.Accounts, "SiteCollectionsCount": n.SiteCollections,
	}
}

// cloudErrors lists the errors of one source, newest first.
func cloudErrors(c *call, e *entry) (result, *failure) {
	source := c.text("dataSourceType")
	f := c.subOr("filter")
	session, kind, from := f.numberOr("SessionId", 0), f.textOr("SessionType", ""), f.numberOr("TimestampFrom", 0)
	offset, size := c.window()
	if c.fail == nil {
		c.fail = f.fail
	}
	if c.fail != nil {
		return result{}, c.fail
	}
	if cloudSources[source] == "" {
		return result{}, refuse("Unknown data source '%s'", source)
	}
	type found struct {
		SessionError
		session int64
	}
	var list []found
	for _, n := range c.s.sessions[e.ID] {
		if n.Source != cloudSources[source] || session != 0 && n.ID != session || kind != "" && kind != n.cloudType() {
			continue
		}
		for _, x := range n.Errors {
			if unix(x.Time) >= from {
				list = append(list, found{x, n.ID})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b found) int { return b.Time.Compare(a.Time) })
	rows := []any{}
	for _, x := range cut(list, offset, size) {
		description := x.Description
		if description == "" {
			description = string(marshal(map[string]string{"description": x.Text, "entity": x.Filename, "path": "/"}))
		}
		rows = append(rows, map[string]any{"Id": x.ID, "SessionId": x.session, "Timestamp": unix(x.Time), "Count": x.Count,
			"Item": x.Filename, "Description": description})
	}
	return result{value: rows}, nil
}

// cloudSources returns the Microsoft 365 sources of a device, ordered by code.
func (e *entry) cloudSources() []string {
	var list []string
	for _, code := range e.active() {
		if name := cloudName(code); name != "" {
			list = append(list, name)
		}
	}
	return list
}

func cloudDataSources(c *call, e *entry) (result, *failure) {
	list := []any{}
	for _, name := range e.cloudSources() {
		list = append(list, map[string]any{"DataSourceType": name, "EntityAutoInclusionType": c.s.inclusion(e, name)})
	}
	return result{value: list}, nil
}

// CloudUser is a user of a Microsoft 365 device.
type CloudUser struct {
	Name, Email          string
	MailboxType          string // empty: User
	Selected             bool
	LastBackupStatus     int
	LastBackup           int64 // unix seconds
	New, Deleted, Shared bool
}

// AddCloudUser adds a user to a Microsoft 365 device. A device without any has
// as many as its Exchange source protects.
func (s *Server) AddCloudUser(deviceID int64, u CloudUser) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fill(&u.MailboxType, "User")
	s.cloudUsers[deviceID] = append(s.cloudUsers[deviceID], u)
}

func cloudUsers(c *call, e *entry) (result, *failure) {
	users := []any{}
	for _, u := range c.s.usersOf(e) {
		selection := "NotSelected"
		if u.Selected {
			selection = "Selected"
		}
		users = append(users, map[string]any{
			"DisplayName": u.Name, "EmailAddress": u.Email, "IsNew": u.New, "IsDeleted": u.Deleted, "IsShared": u.Shared,
			"ExchangeInfo": map[string]any{"Selection": selection, "MailboxType": u.MailboxType,
				"LastBackupStatus": c.s.statusName(u.LastBackupStatus), "LastBackupTimestamp": u.LastBackup},
		})
	}
	return result{value: map[string]any{"Users": users, "ExchangeAutoInclusionType": c.s.inclusion(e, "Exchange"),
		"OneDriveAutoInclusionType": c.s.inclusion(e, "OneDrive")}}, nil
}

// usersOf returns the users of a tenant: those that were added, or else as many
// generated ones as its Exchange source protects.
func (s *Server) usersOf(e *entry) []CloudUser {
	if list, ok := s.cloudUsers[e.ID]; ok {
		return list
	}
	mail, _ := e.source("D19")
	list := make([]CloudUser, mail.ProtectedUsers)
	for i := range list {
		list[i] = CloudUser{Name: fmt.Sprintf("User %d", i+1), Email: fmt.Sprintf("user%d@%s", i+1, e.Name), MailboxType: "User", Selected: true,
			LastBackupStatus: mail.LastCompletedStatus, LastBackup: unix(mail.LastCompleted)}
	}
	return list
}

// inclusion tells whether new entities of a source are backed up.
func (s *Server) inclusion(e *entry, source string) string {
	if chosen := s.inclusions[e.ID][source]; chosen != "" {
		return chosen
	}
	return "Manual"
}

func updateDataSources(c *call, e *entry) (result, *failure) {
	a := c.sub("dataSources")
	entries, _ := a.object["DataSourceEntityAutoInclusions"].([]any)
	chosen := map[string]string{}
	for _, item := range entries {
		m, _ := item.(map[string]any)
		one := args{object: m, fail: a.fail}
		source, inclusion := one.text("DataSourceType"), one.text("EntityAutoInclusionType")
		if cloudSources[source] == "" {
			one.refuse("Unknown data source '%s'", source)
		}
		a.fail = one.fail
		chosen[source] = inclusion
	}
	if a.fail != nil {
		return result{}, a.fail
	}
	if c.s.inclusions[e.ID] == nil {
		c.s.inclusions[e.ID] = map[string]string{}
	}
	for source, inclusion := range chosen {
		c.s.inclusions[e.ID][source] = inclusion
	}
	return result{void: true}, nil
}

// removeBackup removes the backup of one user. The caller must be a security
// officer.
func removeBackup(c *call, e *entry) (result, *failure) {
	source, entity := c.text("dataSourceType"), c.text("entityId")
	if c.fail != nil {
		return result{}, c.fail
	}
	if !slices.Contains(c.user.Flags, "SecurityOfficer") {
		return result{}, forbidden()
	}
	users := slices.Clone(c.s.usersOf(e))
	i := slices.IndexFunc(users, func(u CloudUser) bool { return u.Email == entity })
	if i < 0 || !slices.Contains(e.cloudSources(), source) {
		return result{}, refuse("Data source '%s' of entity '%s' has no backup", source, entity)
	}
	users[i].LastBackup, users[i].LastBackupStatus = 0, 0
	c.s.cloudUsers[e.ID] = users
	return result{void: true}, nil
}
